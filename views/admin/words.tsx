import type { Word } from "../../db/model.ts";
import { Form } from "../components/form.tsx";
import { paths } from "../paths.ts";
import { ActButton, Field } from "./fields.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { Table } from "./table.tsx";

interface Props {
  shell: Shell;
  words: readonly Word[];
  /** Rejected input. */
  values?: { word?: string | undefined; kind?: string | undefined };
  error?: { message: string; field?: string | undefined } | undefined;
}

const KINDS = { forbidden: "Forbidden", allowed: "Allowed" };

export function WordsPage({ shell, words, values = {}, error }: Props) {
  return (
    <AdminPage
      shell={shell}
      section="words"
      title="Words"
      lead="Chatterbox has a built-in list of English swear words. Forbid more words, or allow exceptions. Changes apply at once."
    >
      <Form viewer={shell.viewer} action={paths.admin.words} class="filters panel">
        <Field
          name="word"
          label="Word"
          value={values.word}
          error={error?.field === "kind" ? undefined : error?.message}
          hint="Case, accents and digits in place of letters are ignored"
          required
        />
        <Field
          name="kind"
          label="Rule"
          options={KINDS}
          value={values.kind}
          error={error?.field === "kind" ? error.message : undefined}
        />
        <div class="button-row">
          <button type="submit">Add</button>
        </div>
      </Form>
      <Table
        caption="Words of this instance"
        columns={[
          { head: "Word", class: "cell-first", cell: ({ word }) => <strong>{word}</strong> },
          {
            head: "Rule",
            cell: ({ kind }) => <span class={`badge ${kind === "allowed" ? "good" : "danger"}`}>{kind}</span>,
          },
          {
            head: "Actions",
            class: "cell-acts",
            cell: ({ word }) => (
              <ActButton
                shell={shell}
                action={paths.admin.removeWord}
                label="Remove"
                about={word}
                kind="quiet"
                fields={{ word }}
              />
            ),
          },
        ]}
        rows={words}
        empty="No words added yet."
      />
    </AdminPage>
  );
}
