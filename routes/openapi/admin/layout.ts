import { layoutQuery } from "../../admin/query.ts";
import { explain } from "../operation.ts";

/** How every file can be had. */
export const layout = explain(layoutQuery, {
  separator: "Between two columns; ; where a spreadsheet shows all in one",
  sep: "1 begins with a line that names the separator, which Excel reads",
});
