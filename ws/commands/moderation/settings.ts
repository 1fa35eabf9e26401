import { ChatError } from "../../../db/errors.ts";
import { instanceSettings } from "../../../db/instance.ts";
import type { Operator, User } from "../../../db/model.ts";
import { hasUnseen, mixesScripts } from "../../../db/names/confusable.ts";
import { can } from "../../../db/policy.ts";
import { act, type CommandContext } from "../../command.ts";
import { ADMINISTRATORS_ONLY } from "./accounts.ts";

/** Settings that are left out, or set by the environment, keep their value. */
export const changeSettings = act({
  type: "change_settings",
  input: instanceSettings.partial(),
  load: () => undefined,
  permit: (actor) => can.administer(actor) || ADMINISTRATORS_ONLY,
  async run(context, _, changes) {
    const { instance, actor, now } = context;
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const settings = { ...instance.current, ...Object.fromEntries(given), ...instance.fixed };
    const wrong = await wrongName(context, settings.name);
    if (wrong !== undefined) throw new ChatError("invalid", wrong, { field: "name" });
    await instance.set(settings, actor, now());
    return {};
  },
});

/** The reason for refusing an instance's name. The current name is not checked again. */
async function wrongName(
  { instance, moderator, store }: CommandContext<User | Operator>,
  name: string,
): Promise<string | undefined> {
  if (name === instance.current.name) return undefined;
  if (hasUnseen(name)) return "Name has invisible characters: type it again";
  if (mixesScripts(name)) return "Name mixes letters of different alphabets in one word: use one alphabet";
  if (await moderator.forbidsName(name)) return "Name contains a forbidden word: choose another";
  const alike = await store.users.findAlike(name);
  return alike && `Name looks like that of user "${alike.username}": choose one that differs more`;
}
