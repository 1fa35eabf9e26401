import type { Account } from "../../db/model.ts";
import { paths } from "../paths.ts";
import type { Question } from "./question.tsx";

type Asks = Pick<Question, "title" | "text" | "label" | "fields">;

interface AccountAct {
  /** Message after it is done. */
  readonly done: string;
  /** Label in the audit log. */
  readonly logged: string;
  /** Confirmation of a destructive act. */
  readonly asks?: (username: string) => Asks;
}

/**
 * Acts of administrators on users. The keys name the command, the path segment and the audit log entry; routes, pages
 * and the API description are derived from this table.
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
      text: `${username} will see all users and messages, and can do everything you can.`,
      label: "Make administrator",
    }),
  },
  demote: {
    done: "User is no longer an administrator",
    logged: "No longer administrator",
    asks: (username) => ({
      title: `Remove ${username} as administrator?`,
      text: `${username} becomes a regular user.`,
      label: "Remove administrator",
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
  reset_password: { done: "Reset link created", logged: "Reset link created" },
  delete_account: {
    done: "Account deleted",
    logged: "Account deleted",
    asks: (username) => ({
      title: `Delete ${username}?`,
      text:
        "The account, its sessions and its email are removed, and the name becomes available. This cannot be undone.",
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

/** The confirmation of an act; undefined if it needs none. */
export function questionAbout(act: AccountActName, { id, username }: Account, back: string): Question | undefined {
  const { asks }: AccountAct = accountActs[act];
  return asks && { ...asks(username), action: paths.admin.userAct(id, act), back };
}

function Messages() {
  return (
    <fieldset>
      <legend>Messages</legend>
      <label>
        <input type="radio" name="messages" value="keep" checked /> Keep, shown as by “deleted user”
      </label>
      <label>
        <input type="radio" name="messages" value="remove" /> Remove messages
      </label>
    </fieldset>
  );
}
