import type { AnyCommand } from "../../command.ts";
import { changeRoom, deleteRoom } from "./change.ts";
import { createRoom } from "./create.ts";
import { blockUser, direct, unblockUser } from "./direct.ts";
import { inspectRoom } from "./inspect.ts";
import { addMember, removeMember, setRole, timeOut } from "./members.ts";
import { join, leave, prefer, read } from "./membership.ts";

/** What can be done to rooms and memberships. */
export const roomCommands: readonly AnyCommand[] = [
  createRoom,
  changeRoom,
  deleteRoom,
  join,
  leave,
  read,
  prefer,
  addMember,
  removeMember,
  setRole,
  timeOut,
  direct,
  blockUser,
  unblockUser,
  inspectRoom,
];
