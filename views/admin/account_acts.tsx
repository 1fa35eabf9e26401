import type { Account } from "../../db/model.ts";
import { paths } from "../paths.ts";
import type { Question } from "./question.tsx";

type Asks = Pick<Question, "title" | "text" | "label" | "fields">;

interface AccountAct {
  /** What is said when it is done. */
  readonly done: string;
  /** What the audit log calls it. */
  readonly logged: string;
  /** The question before it, where it hurts or cannot be undone. */
  readonly asks?: (username: string) => Asks;
}

/**
 * What administrators do to an account. The name of each is that of its command, of its address and of its entries in the
 * audit log; routes, pages and the API's description follow from this table.
 */
export const accountActs = {
  block: {
    done: "User blocked",
    logged: "Blocked",
    asks: (username) => ({
      title: `Block ${username}?`,
      text: `All connections of ${username} are closed at once, and the account cannot log in until it is unblocked.`,
      label: "Block user",
    }),
  },
  unblock: { done: "User unblocked", logged: "Unblocked" },
  promote: {
    done: "User is now an administrator",
    logged: "Made administrator",
    asks: (username) => ({
      title: `Make ${username} an administrator?`,
      text: `${username} will see every account and every message, and can do everything that you can.`,
      label: "Make administrator",
    }),
  },
  demote: {
    done: "User is no longer an administrator",
    logged: "No longer administrator",
    asks: (username) => ({
      title: `Take administration away from ${username}?`,
      text: `${username} will be a member like all others.`,
      label: "Take administration away",
    }),
  },
  warn: { done: "User warned", logged: "Warned" },
  reset_warnings: { done: "Warnings reset", logged: "Warnings reset" },
  end_sessions: {
    done: "Sessions ended",
    logged: "Sessions ended",
    asks: (username) => ({
      title: `Log ${username} out everywhere?`,
      text: `All browsers and programs of ${username} are logged out.`,
      label: "End sessions",
    }),
  },
  reset_password: { done: "Link made", logged: "Password link made" },
  delete_account: {
    done: "Account deleted",
    logged: "Account deleted",
    asks: (username) => ({
      title: `Delete ${username}?`,
      text:
        "The account, its sessions and its email are removed for good, and the name is free again. This cannot be undone.",
      label: "Delete account",
      fields: <Messages />,
    }),
  },
} as const satisfies Record<string, AccountAct>;

export type AccountActName = keyof typeof accountActs;

export const accountActNames = Object.keys(accountActs) as AccountActName[];

/** The act of this name, if there is one. */
export function accountActNamed(name: string | undefined): AccountActName | undefined {
  return accountActNames.find((each) => each === name);
}

/** The question before an act on an account; undefined where none is asked. */
export function questionAbout(act: AccountActName, { id, username }: Account, back: string): Question | undefined {
  const { asks }: AccountAct = accountActs[act];
  return asks && { ...asks(username), action: paths.admin.userAct(id, act), back };
}

function Messages() {
  return (
    <fieldset>
      <legend>What becomes of the messages?</legend>
      <label>
        <input type="radio" name="messages" value="keep" checked /> Keep them, as those of a “deleted user”
      </label>
      <label>
        <input type="radio" name="messages" value="remove" /> Remove them too
      </label>
    </fieldset>
  );
}
