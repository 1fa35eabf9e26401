import { paths } from "../paths.ts";
import { address } from "./table.tsx";

/** Links to the list as CSV: with commas, and with semicolons for spreadsheets in locales with a decimal comma. */
export function Download({ what, filter }: { what: string; filter: Record<string, string> }) {
  const path = paths.admin.download(what);
  return (
    <span class="button-row">
      <a class="button quiet" href={address(path, filter)} download>Download CSV</a>
      <a
        class="button quiet"
        href={address(path, { ...filter, separator: ";" })}
        download
        title="For a spreadsheet that shows all in one column"
        aria-label="CSV ; (with semicolons, for a spreadsheet that shows all in one column)"
      >
        CSV ;
      </a>
    </span>
  );
}
