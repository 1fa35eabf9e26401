import type { Account } from "../../db/model.ts";
import type { Core } from "../serve/core.ts";

/** Users read per query. */
const PAGE = 500;

/** All users by name, with the warnings that count under the current settings. */
export async function allUsers({ store, instance, clock }: Core): Promise<Account[]> {
  const since = clock.now() - instance.warningLife;
  const accounts: Account[] = [];
  let after: string | undefined;
  do {
    const page = await store.admin.accounts({ sort: "name" }, { after, limit: PAGE }, since);
    accounts.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return accounts;
}

/** As JSON, with the fields of `GET /admin/users`. */
export function json(accounts: readonly Account[]): string {
  return JSON.stringify(
    accounts.map((account) => ({
      id: account.id,
      username: account.username,
      email: account.email,
      is_admin: account.isAdmin,
      is_blocked: account.isBlocked,
      warning_count: account.warnings,
      created_at: iso(account.createdAt),
      last_seen_at: account.lastSeenAt === null ? null : iso(account.lastSeenAt),
    })),
    null,
    2,
  );
}

/** As a table with aligned columns. */
export function table(accounts: readonly Account[]): string {
  const rows = accounts.map((account) => [
    account.username,
    state(account),
    String(account.warnings),
    account.lastSeenAt === null ? "never" : minute(account.lastSeenAt),
    minute(account.createdAt),
    account.email ?? "-",
  ]);
  const lines = [["NAME", "STATE", "WARNINGS", "LAST SEEN (UTC)", "CREATED (UTC)", "EMAIL"], ...rows];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()).join("\n");
}

function state({ isAdmin, isBlocked }: Account): string {
  return [isAdmin && "administrator", isBlocked && "blocked"].filter(Boolean).join(", ") || "-";
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function minute(at: number): string {
  return iso(at).slice(0, 16).replace("T", " ");
}
