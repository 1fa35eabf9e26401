import type { Account } from "../../db/model.ts";
import { Form } from "../form.tsx";
import { paths } from "../paths.ts";
import { AdminPage, type Shell } from "./layout.tsx";

/** Asks before an account is deleted. */
export function DeleteAccountPage({ shell, account }: { shell: Shell; account: Account }) {
  return (
    <AdminPage shell={shell} section="users" title={`Delete ${account.username}?`}>
      <Form
        viewer={shell.viewer}
        action={paths.admin.userAct(account.id, "delete_account")}
        class="panel question"
      >
        <p>
          The account, its sessions and its email are removed for good, and the name is free again. This cannot be
          undone.
        </p>
        <fieldset>
          <legend>What becomes of the messages?</legend>
          <label>
            <input type="radio" name="messages" value="keep" checked /> Keep them, as those of a “deleted user”
          </label>
          <label>
            <input type="radio" name="messages" value="remove" /> Remove them too
          </label>
        </fieldset>
        <div class="buttons">
          <button type="submit" class="danger">Delete account</button>
          <a class="button quiet" href={paths.admin.user(account.id)}>Cancel</a>
        </div>
      </Form>
    </AdminPage>
  );
}
