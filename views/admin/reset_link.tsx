import type { Account } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { AdminPage, type Shell } from "./layout.tsx";

/** Shows the link that resets a password, this once. */
export function ResetLinkPage({ shell, account, link }: { shell: Shell; account: Account; link: string }) {
  return (
    <AdminPage shell={shell} section="users" title={`A link for ${account.username}`}>
      <div class="panel question">
        <p>
          Give it to{" "}
          {account.username}: whoever opens it sets a new password, once, within a day. It is not shown again; making
          another one makes this one worthless.
        </p>
        <div class="field">
          <label for="link">Link</label>
          <input id="link" type="url" readonly value={link} />
        </div>
        <div class="button-row">
          <a class="button" href={paths.admin.user(account.id)}>Back to {account.username}</a>
        </div>
      </div>
    </AdminPage>
  );
}
