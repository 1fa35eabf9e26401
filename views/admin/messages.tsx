import type { InspectedMessage } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { DrawnText } from "../components/drawn_text.tsx";
import { Download } from "./download.tsx";
import { Form } from "../components/form.tsx";
import { Field, Filters } from "./fields.tsx";
import { Time, Who } from "./facts.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { type Column, Pager, Table } from "./table.tsx";

interface Props {
  shell: Shell;
  messages: readonly InspectedMessage[];
  query: Record<string, string>;
  next: number | undefined;
}

const STATE = { all: "All", standing: "Not deleted", deleted: "Deleted" };

export function MessagesPage({ shell, messages, query, next }: Props) {
  const { after, ...filter } = query;
  return (
    <AdminPage
      shell={shell}
      section="messages"
      title="Messages"
      {...after === undefined && { live: ["list"] }}
      tools={
        <div class="button-row">
          {after === undefined && (
            <button type="button" id="live" class="quiet" aria-pressed="true" hidden>
              Live
            </button>
          )}
          <a class="button quiet" href={shell.here}>Refresh</a>
          <Download what="messages" filter={filter} />
        </div>
      }
    >
      <Filters path={paths.admin.messages}>
        <Field name="search" label="Text" value={query.search} maxlength={500} />
        <Field name="state" label="Show" options={STATE} value={query.state} />
        <Field name="user" label="User" value={query.user} maxlength={32} />
        <Field name="room" label="Room" value={query.room} maxlength={64} />
        <Field name="from" label="From (UTC)" type="datetime-local" value={query.from} />
        <Field name="to" label="Before (UTC)" type="datetime-local" value={query.to} />
      </Filters>
      <div id="list">
        <Table
          caption="Messages, newest first"
          columns={columns(shell)}
          rows={messages}
          empty="No messages match."
          id={({ id }) => `message-${id}`}
          rowClass={({ deletedAt }) => deletedAt === null ? undefined : "row-gone"}
        />
        <Pager path={paths.admin.messages} query={query} next={next} />
      </div>
    </AdminPage>
  );
}

function columns(shell: Shell): Column<InspectedMessage>[] {
  return [
    { head: "From", class: "cell-first", cell: ({ author }) => <Who {...author} /> },
    { head: "Message", class: "cell-wide", cell: (message) => <Said message={message} /> },
    { head: "Room", cell: ({ room }) => `#${room}` },
    { head: "Time", cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      head: "Actions",
      class: "cell-acts",
      cell: ({ id, author, deletedAt }) =>
        deletedAt === null && (
          <details class="confirm-act">
            <summary class="button quiet">
              Delete<span class="visually-hidden">message of {author.username}</span>
            </summary>
            <Form viewer={shell.viewer} action={paths.admin.message(id)}>
              <input type="hidden" name="back" value={shell.here} />
              <Field name="reason" id={`reason-${id}`} label="Reason (optional)" />
              <button type="submit" class="danger">Delete for everyone</button>
            </Form>
          </details>
        ),
    },
  ];
}

/** A message's text and its edits, or, if deleted, only by whom and when. */
export function Said({ message }: { message: InspectedMessage }) {
  const { content, author, editedAt, deletedAt, deletedBy } = message;
  return (
    <>
      {deletedAt === null && (
        <p class="message-said" dir="auto" tabindex={mayScroll(content) ? 0 : undefined}>
          <DrawnText text={content} />
        </p>
      )}
      {editedAt !== null && (
        <p class="message-fate">
          Edited by {author.username}, <Time at={editedAt} />
        </p>
      )}
      {deletedAt !== null && (
        <p class="message-fate">
          Deleted by {deletedBy ?? "an unknown user"}, <Time at={deletedAt} />
        </p>
      )}
    </>
  );
}

/** Whether the text may exceed its box, which must then be focusable to scroll. */
function mayScroll(content: string): boolean {
  return content.length > 300 || content.split("\n", 9).length > 8;
}
