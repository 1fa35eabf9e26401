import type { Account } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { AdminPage, type Shell } from "./layout.tsx";

/** Shows a password reset link, once. */
export function ResetLinkPage({ shell, account, link }: { shell: Shell; account: Account; link: string }) {
  return (
    <AdminPage shell={shell} section="users" title={`Reset link for ${account.username}`}>
      <div class="panel question">
        <p>
          Send this link to{" "}
          {account.username}. It sets a new password once, within 24 hours. It is not shown again, and creating another
          link invalidates it.
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
