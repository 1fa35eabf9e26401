import { accounts } from "./accounts.ts";
import { instance } from "./admin/instance.ts";
import { messages } from "./admin/messages.ts";
import { people } from "./admin/people.ts";
import { chat } from "./chat.ts";
import type { Group } from "./operation.ts";
import { service } from "./service.ts";

/** Everything one can ask, in the order in which one reads it. */
export const groups: readonly Group[] = [accounts, chat, people, messages, instance, service];
