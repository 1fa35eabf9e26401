import type { Store } from "../../db/store.ts";
import { externalChangesContract } from "./store_external_changes.ts";
import { jobsContract } from "./store_jobs.ts";
import { messageContract } from "./store_messages.ts";
import { moderationContract } from "./store_moderation.ts";
import { userContract } from "./store_users.ts";
import { pagingContract } from "./store_paging.ts";
import { racesContract } from "./store_races.ts";
import { reportsContract } from "./store_reports.ts";
import { roomsContract } from "./store_rooms.ts";
import { searchContract } from "./store_search.ts";
import { unreadContract } from "./store_unread.ts";

/** Opens an empty store of the engine under test; `again` opens the same store from a second process. */
export type OpenEmpty = () => Promise<{ store: Store; again(): Promise<Store & AsyncDisposable> } & AsyncDisposable>;

/** The contract of `Store`, run against every engine. */
export function storeContract(name: string, open: OpenEmpty): void {
  userContract(name, open);
  messageContract(name, open);
  pagingContract(name, open);
  moderationContract(name, open);
  reportsContract(name, open);
  searchContract(name, open);
  unreadContract(name, open);
  roomsContract(name, open);
  externalChangesContract(name, open);
  jobsContract(name, open);
  racesContract(name, open);
}
