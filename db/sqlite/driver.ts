import { existsSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  CompiledQuery,
  type CreateTableNode,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { ChatError } from "../errors.ts";
import { makePrivateDatabase } from "../private_file.ts";
import { checkSqlite } from "./file.ts";

/** A connection. */
export type Database = DatabaseSync;

/** Prepared statements cached per connection. Preparing one takes about 8 µs. */
const STATEMENTS_KEPT = 256;

/**
 * Opens a SQLite file with the settings that durability relies on: WAL, so that readers never wait for the writer, and
 * synchronous=FULL, so that a commit is on disk when it returns. After an unclean shutdown (a WAL exists) the file is
 * checked first, unless `check` is false. Throws SQLite's errors.
 */
export function openSqlite(path: string, { check = true } = {}): { writer: DatabaseSync; reader: DatabaseSync } {
  // The check keeps the WAL, so a damaged file is rejected at the next start as well.
  if (check && existsSync(`${path}-wal`)) checkSqlite(path, "quick_check");
  makePrivateDatabase(path);
  const writer = new DatabaseSync(path, { enableForeignKeyConstraints: true });
  try {
    writer.exec(`pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full;
                 pragma trusted_schema = off; pragma journal_size_limit = 67108864`);
    const reader = new DatabaseSync(path, { enableForeignKeyConstraints: true });
    reader.exec("pragma busy_timeout = 5000; pragma query_only = on; pragma trusted_schema = off");
    return { writer, reader };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/**
 * A Kysely dialect over one `node:sqlite` connection. Transactions of a writer acquire the write lock when they begin.
 */
export function sqliteDialect(database: DatabaseSync, role: "reader" | "writer"): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new SqliteDriver(database, role === "writer" ? "begin immediate" : "begin"),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new StrictQueryCompiler(),
  };
}

/** SQLite's DDL is transactional, so a failed migration leaves nothing behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true;
  }
}

/** Tables read by primary key only, stored in its order. */
const WITHOUT_ROWID = new Set(["members", "settings"]);

/** Makes our tables strict. Kysely's own use types that strict tables reject. */
class StrictQueryCompiler extends SqliteQueryCompiler {
  protected override visitCreateTable(node: CreateTableNode): void {
    super.visitCreateTable(node);
    const { name } = node.table.table.identifier;
    if (name.startsWith("kysely_")) return;
    this.append(WITHOUT_ROWID.has(name) ? " strict, without rowid" : " strict");
  }
}

class SqliteDriver implements Driver {
  readonly #connection: SqliteConnection;
  readonly #begin: string;

  constructor(database: DatabaseSync, begin: string) {
    this.#connection = new SqliteConnection(database);
    this.#begin = begin;
  }

  init() {
    return Promise.resolve();
  }

  acquireConnection() {
    return Promise.resolve(this.#connection);
  }

  async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw(this.#begin));
  }

  async commitTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  releaseConnection() {
    return Promise.resolve();
  }

  destroy() {
    return Promise.resolve();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  // deno-lint-ignore require-await -- Kysely's interface is asynchronous, node:sqlite is not
  async executeQuery<Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const statement = this.#prepare(compiled.sql);
      const parameters = compiled.parameters.map(bindable);
      if (changesRowsOnly(compiled)) {
        const { changes, lastInsertRowid } = statement.run(...parameters);
        return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
      }
      return { rows: statement.all(...parameters) as Row[] };
    } catch (error) {
      throw isStorageFault(error)
        ? new ChatError("unavailable", "The database is unavailable, try again later", {
          cause: error,
        })
        : error;
    }
  }

  // iterate() swallows corruption (no rows, no error), so queries are never streamed.
  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("Cannot stream a query: page through it by key");
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement) return statement;
    statement = this.#database.prepare(sql);
    if (this.#statements.size >= STATEMENTS_KEPT) {
      const oldest = this.#statements.keys().next().value;
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(sql, statement);
    return statement;
  }
}

/**
 * Result codes for failures of the disk or the file rather than the statement: busy, locked, no memory, read-only, I/O
 * error, corrupt, full, cannot open, no database (https://sqlite.org/rescode.html).
 */
const STORAGE_FAULTS = new Set([5, 6, 7, 8, 10, 11, 13, 14, 26]);

function isStorageFault(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode;
  // The lowest byte is the primary code; the higher ones refine it.
  return typeof code === "number" && STORAGE_FAULTS.has(code & 0xff);
}

function changesRowsOnly({ query }: CompiledQuery): boolean {
  return (query.kind === "InsertQueryNode" || query.kind === "UpdateQueryNode" || query.kind === "DeleteQueryNode") &&
    query.returning === undefined;
}

/** node:sqlite rejects booleans and undefined, and takes a Date in first place for named parameters. */
function bindable(value: unknown): SQLInputValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  return value as SQLInputValue;
}
