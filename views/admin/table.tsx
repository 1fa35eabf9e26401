import type { Child } from "hono/jsx";

export interface Column<Row> {
  head: string;
  cell(row: Row): Child;
  class?: string;
}

interface Props<Row> {
  /** For screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Text for an empty table. */
  empty: string;
  id?(row: Row): string;
  rowClass?(row: Row): string | undefined;
}

/**
 * A table; on a narrow screen each row becomes a card. Explicit roles preserve the semantics when CSS changes the
 * display.
 */
export function Table<Row>({ caption, columns, rows, empty, id, rowClass }: Props<Row>) {
  if (rows.length === 0) return <p class="table-empty">{empty}</p>;
  return (
    <table role="table" class="panel">
      <caption class="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => <th role="columnheader" scope="col" class={column.class}>{column.head}</th>)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row" id={id?.(row)} class={rowClass?.(row)}>
            {columns.map((column) => (
              <td role="cell" class={column.class}>
                <span class="cell-name" aria-hidden="true">{column.head}</span>
                <div>{column.cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Links to the first and the next page. */
export function Pager({ path, query, next }: {
  path: string;
  /** The page's query. */
  query: Record<string, string>;
  next: string | number | undefined;
}) {
  if (next === undefined && query.after === undefined) return null;
  const { after, ...rest } = query;
  return (
    <nav class="table-pager" aria-label="Pages">
      {after !== undefined && <a href={address(path, rest)}>First page</a>}
      {next !== undefined && <a href={address(path, { ...rest, after: String(next) })} rel="next">Next page</a>}
    </nav>
  );
}

export function address(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? path : `${path}?${text}`;
}
