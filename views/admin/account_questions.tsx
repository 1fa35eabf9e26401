import type { Account } from "../../db/model.ts";
import { paths } from "../paths.ts";
import type { Question } from "./question.tsx";

/** Acts on an account that are asked about first. */
export const ASKED = ["block", "promote", "demote", "end_sessions", "delete_account"] as const;

type Asked = typeof ASKED[number];

/** The question before an act on an account. */
export function questionAbout(act: Asked, { id, username }: Account, back: string): Question {
  const common = { action: paths.admin.userAct(id, act), back };
  switch (act) {
    case "block":
      return {
        ...common,
        title: `Block ${username}?`,
        text:
          `Every window of ${username} is closed at once, and nobody can log in by that name until it is unblocked.`,
        label: "Block user",
      };
    case "promote":
      return {
        ...common,
        title: `Make ${username} an administrator?`,
        text: `${username} will see every account and every message, and can do everything that you can.`,
        label: "Make administrator",
      };
    case "demote":
      return {
        ...common,
        title: `Take administration away from ${username}?`,
        text: `${username} will be a member like all others.`,
        label: "Take administration away",
      };
    case "end_sessions":
      return {
        ...common,
        title: `Log ${username} out everywhere?`,
        text: `Every window and every program of ${username} is logged out.`,
        label: "End sessions",
      };
    case "delete_account":
      return {
        ...common,
        title: `Delete ${username}?`,
        text:
          "The account, its sessions and its email are removed for good, and the name is free again. This cannot be undone.",
        label: "Delete account",
        fields: <Messages />,
      };
  }
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
