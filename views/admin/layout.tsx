import type { Child } from "hono/jsx";
import type { UserId } from "../../db/model.ts";
import { type Asset, Layout } from "../components/layout.tsx";
import { hearsNews, keepsFresh } from "../components/htmx.tsx";
import { paths } from "../paths.ts";

/** Data for every admin page. */
export interface Shell {
  readonly asset: Asset;
  /** The instance's name. */
  readonly name: string;
  /** The user the page is rendered for. Every form sends it. */
  readonly viewer: UserId;
  /** Number of open reports. */
  readonly reports: number;
  /** Number of failed jobs. */
  readonly failedJobs: number;
  /** Address of this page, to return to after an act. */
  readonly here: string;
  /** Address of the WebSocket with change notifications. */
  readonly socket: string;
  /** Message about an act that succeeded. */
  readonly done?: string | undefined;
  /** Message about an act that failed. */
  readonly error?: string | undefined;
}

export type Section = "overview" | "users" | "messages" | "reports" | "words" | "audit" | "jobs" | "settings";

const SECTIONS: readonly [Section, string][] = [
  ["overview", "Overview"],
  ["users", "Users"],
  ["messages", "Messages"],
  ["reports", "Reports"],
  ["words", "Words"],
  ["audit", "Audit log"],
  ["jobs", "Jobs"],
  ["settings", "Settings"],
];

interface Props {
  shell: Shell;
  section: Section;
  title: string;
  /** Sentence below the title. */
  lead?: Child;
  /** Content beside the title. */
  tools?: Child;
  /** Ids of elements that are kept up to date: see static/js/admin.js. */
  live?: readonly string[];
  children: Child;
}

export function AdminPage({ shell, section, title, lead, tools, live, children }: Props) {
  return (
    <Layout
      title={`${title} · Administration · ${shell.name}`}
      asset={shell.asset}
      bodyClass="admin"
      sheet="admin"
      scripts={["glow", "back", "ask", ...(live ? ["admin"] : [])]}
      {...live && { htmx: { history: false } }}
      body={{ "data-viewer": shell.viewer, ...live && hearsNews(shell.socket) }}
    >
      <a class="skip-link" href="#content">Skip to content</a>
      <header class="admin-bar">
        <a class="admin-home" href={paths.home}>
          <img src={shell.asset("icon.svg")} alt="" width="28" height="28" />
          <span>Back to the chat</span>
        </a>
        <nav aria-label="Administration">
          <ul>
            {SECTIONS.map(([each, label]) => (
              <li>
                <a href={paths.admin[each]} aria-current={each === section ? "page" : undefined}>
                  {label}
                  {each === "reports" && <Count of={shell.reports} what="open" />}
                  {each === "jobs" && <Count of={shell.failedJobs} what="failed" />}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="content" tabindex={-1} {...live && keepsFresh(shell.here, live)}>
        <div class="admin-title">
          <div>
            <h1>{title}</h1>
            {lead !== undefined && <p>{lead}</p>}
          </div>
          {tools}
        </div>
        {shell.error !== undefined && <p class="admin-notice error" role="alert">{shell.error}</p>}
        {shell.done !== undefined && <p class="admin-notice done" role="status">{shell.done}</p>}
        {children}
        <footer>All times are UTC.</footer>
      </main>
    </Layout>
  );
}

/** The badge of a section with pending work. */
function Count({ of, what }: { of: number; what: string }) {
  if (of === 0) return null;
  return (
    <span class="admin-count">
      {of}
      <span class="visually-hidden">{what}</span>
    </span>
  );
}
