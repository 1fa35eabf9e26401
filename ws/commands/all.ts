import type { Operator } from "../../db/model.ts";
import type { AnyCommand } from "../command.ts";
import { roomCommands } from "./room/all.ts";
import { edit } from "./message/edit.ts";
import { remove } from "./message/delete.ts";
import { report } from "./message/report.ts";
import { seen } from "./message/seen.ts";
import { send } from "./message/send.ts";
import { typing } from "./message/typing.ts";
import { accounts, deleteAccount } from "./moderation/accounts.ts";
import { createAccount, setPassword } from "./moderation/operator.ts";
import { discardJob, retryJob } from "./moderation/jobs.ts";
import { reports } from "./moderation/reports.ts";
import { changeSettings } from "./moderation/settings.ts";
import { putWord, removeWord } from "./moderation/words.ts";

/** Commands for users, over the socket and HTTP. */
export const everyCommand: readonly AnyCommand[] = [
  send,
  edit,
  remove,
  seen,
  typing,
  report,
  ...roomCommands,
  ...accounts,
  deleteAccount,
  ...reports,
  putWord,
  removeWord,
  changeSettings,
  retryJob,
  discardJob,
];

/** Commands for the operator, at the command line. */
export const operatorCommands: readonly AnyCommand<Operator>[] = [...accounts, createAccount, setPassword];
