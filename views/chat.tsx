import { CONTENT_MAX, REASON_MAX } from "../db/rules.ts";
import type { Message, Person, Room, SeenMark, User } from "../db/model.ts";
import { Form } from "./components/form.tsx";
import { fetchesLog, holdsRoom, liveConnection, outlivesRoom, replaces } from "./components/htmx.tsx";
import { type Asset, Layout } from "./components/layout.tsx";
import { colourOf, initials, MessageItem } from "./message.tsx";
import { type Online, People } from "./components/people.tsx";
import { RoomList } from "./components/room_list.tsx";
import { paths } from "./paths.ts";

export interface ChatProps {
  asset: Asset;
  /** The instance's name. */
  name: string;
  viewer: User;
  room: Room;
  /** All rooms of the viewer. */
  rooms: readonly Room[];
  messages: readonly Message[];
  head: number;
  more: boolean;
  seen: readonly SeenMark[];
  /** Encrypts what the page stores in the browser. */
  browserKey: string;
  online: Online;
  /** Why a form sent without JavaScript was refused. */
  notice?: string | undefined;
  draft?: string | undefined;
}

/** Aligns the viewer's own messages right. A rule per page, since the HTML of messages is the same for every viewer. */
export function ownStyle(viewer: Person): string {
  return `#messages>:is(.pending,[data-author="${viewer.id}"]){--start:auto;--end:0;--lead:1rem;--who:inset(50%);` +
    `--tools-start:auto;--tools-end:var(--beside);` +
    `--bubble:var(--own-bubble);--bubble-ink:var(--own-ink);--bubble-muted:var(--own-muted);--bubble-line:transparent;` +
    `--link:var(--own-ink);--tail:var(--round) .3rem var(--round) var(--round)}`;
}

export function ChatPage(props: ChatProps) {
  const { asset, name, viewer, room, messages, head, more, seen, online } = props;
  return (
    <Layout
      title={`${room.name} · ${name}`}
      asset={asset}
      sheet="chat"
      noscript="noscript"
      htmx={{ history: true }}
      scripts={["chat"]}
      style={ownStyle(viewer)}
      bodyClass="chat"
      body={{
        ...liveConnection(paths.socket(room.slug, head)),
        "data-viewer": viewer.id,
        "data-key": props.browserKey,
      }}
    >
      <a class="skip-link" href="#message">Skip to the message box</a>
      <aside id="sidebar" popover="auto">
        <header>
          <img src={asset("icon.svg")} alt="" width="32" height="32" />
          <strong>{name}</strong>
        </header>
        <RoomList rooms={props.rooms} open={room} />
        <People online={online} room={room.slug} />
        <footer class={colourOf(viewer.id)}>
          {viewer.isAdmin && <a href={paths.admin.overview}>Administration</a>}
          <i aria-hidden="true">{initials(viewer.username)}</i>
          <span>{viewer.username}</span>
          <Form viewer={viewer.id} action={paths.logout}>
            <button type="submit" class="quiet">Log out</button>
          </Form>
        </footer>
      </aside>
      <main data-room={room.slug} {...holdsRoom}>
        <header>
          <button type="button" class="quiet sidebar-button" popovertarget="sidebar" aria-label="Members and account">
            <span aria-hidden="true">☰</span>
          </button>
          <h1>
            <span aria-hidden="true">#</span> {room.name}
          </h1>
          <p id="status" {...outlivesRoom} role="status" data-state="connecting"></p>
        </header>
        <div id="trouble" {...outlivesRoom} role="alert"></div>
        <div id="scroller" role="log" aria-label="Messages" aria-live="off" tabindex={-1}>
          <EarlierLink room={room} messages={messages} more={more} />
          <ol
            id="messages"
            role="list"
            data-head={head}
            data-seen={seen.map((mark) => `${mark.user.id}:${mark.seq}`).join(" ")}
          >
            {messages.map((message) => <MessageItem message={message} />)}
          </ol>
        </div>
        <div id="announcer" class="visually-hidden" aria-live="polite"></div>
        <button type="button" id="to-latest" hidden>New messages</button>
        <div id="notices" {...outlivesRoom} role="alert">{props.notice !== undefined && <p>{props.notice}</p>}</div>
        <p id="typing" aria-live="off"></p>
        <Form id="composer" viewer={viewer.id} action={paths.messages(room.slug)}>
          <label for="message">Message</label>
          <textarea
            id="message"
            class="text-box"
            name="content"
            rows={1}
            data-max={CONTENT_MAX}
            required
            placeholder={`Message #${room.name}`}
            autocomplete="off"
            enterkeyhint="send"
          >
            {/* An HTML parser drops the first line break. */}
            {props.draft && `\n${props.draft}`}
          </textarea>
          <button type="submit">Send</button>
        </Form>
        <noscript>
          <p>
            Without JavaScript, new messages appear when you <a href={paths.room(room.slug)}>reload the page</a>.
          </p>
        </noscript>
        <Templates viewer={viewer} />
      </main>
    </Layout>
  );
}

/** Link to messages before the first one on the page. Hidden at the beginning of the room. */
export function EarlierLink(
  { room, messages, more, live = false }: {
    room: Room;
    messages: readonly Message[];
    more: boolean;
    /** Rendered as a fragment, along with messages. */
    live?: boolean;
  },
) {
  const before = messages[0]?.seq ?? 0;
  return (
    <a
      id="earlier"
      href={paths.earlier(room.slug, before)}
      hidden={!more}
      {...fetchesLog(paths.messages(room.slug, before), "#messages")}
      {...live ? replaces : {}}
    >
      Earlier messages
    </a>
  );
}

/** Templates and dialogs for the room's scripts: message tools, editor, pending message. */
function Templates({ viewer }: { viewer: User }) {
  return (
    <>
      <template id="tools-template">
        <div class="tools">
          <button type="button" class="quiet" data-act="edit">Edit</button>
          <button type="button" class="quiet" data-act="delete">Delete</button>
        </div>
      </template>
      <template id="others-tools-template">
        <div class="tools">
          <button type="button" class="quiet" data-act="report">Report</button>
          {viewer.isAdmin && <button type="button" class="quiet" data-act="delete">Delete</button>}
        </div>
      </template>
      <template id="editor-template">
        <form class="editor">
          <textarea class="text-box" name="content" rows={1} data-max={CONTENT_MAX} required aria-label="Edit message">
          </textarea>
          <p class="changed" role="status"></p>
          <div>
            <button type="button" class="quiet" data-act="cancel">Cancel</button>
            <button type="submit">Save</button>
          </div>
        </form>
      </template>
      <template id="pending-template">
        <li class="pending">
          <b>You</b>
          <p dir="auto"></p>
          <span class="state">Sending…</span>
          <div class="tools">
            <button type="button" class="quiet" data-act="edit">Edit</button>
            <button type="button" class="quiet" data-act="retry">Try again</button>
            <button type="button" class="quiet" data-act="discard">Discard</button>
          </div>
        </li>
      </template>
      <dialog id="report" aria-labelledby="report-title">
        <form method="dialog">
          <h2 id="report-title">Report this message?</h2>
          <Quote />
          <p>Administrators will see the message and who reported it.</p>
          <label for="report-reason">Reason (optional)</label>
          <textarea id="report-reason" name="reason" rows={2} data-max={REASON_MAX} autocomplete="off"></textarea>
          <div>
            <button type="submit" value="cancel" class="quiet" formnovalidate>Cancel</button>
            <button type="submit" value="report" class="danger">Report message</button>
          </div>
        </form>
      </dialog>
      <dialog id="confirm-delete" aria-labelledby="confirm-title">
        <form method="dialog">
          <h2 id="confirm-title">Delete this message?</h2>
          <Quote />
          <p>It is removed for everyone. This cannot be undone.</p>
          <div>
            <button type="submit" value="cancel" class="quiet">Cancel</button>
            <button type="submit" value="delete" class="danger">Delete message</button>
          </div>
        </form>
      </dialog>
    </>
  );
}

/** The message a dialog is about. */
function Quote() {
  return (
    <>
      <blockquote>
        <b></b> <time></time>
        <p dir="auto"></p>
      </blockquote>
      <p class="news" role="status"></p>
    </>
  );
}
