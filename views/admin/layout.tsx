import type { Child } from "hono/jsx";
import type { UserId } from "../../db/model.ts";
import { type Asset, Layout } from "../components/layout.tsx";
import { hearsNews, keepsFresh } from "../components/htmx.tsx";
import { paths } from "../paths.ts";

/** What every page of the administration is drawn with. */
export interface Shell {
  readonly asset: Asset;
  /** The instance's name. */
  readonly name: string;
  /** Whose page it is: all that it sends says so. */
  readonly viewer: UserId;
  /** Reports that wait. */
  readonly reports: number;
  /** The address of this page, to come back to after an act. */
  readonly here: string;
  /** The address of the socket that tells when something happens. */
  readonly socket: string;
  /** What has just been done. */
  readonly done?: string | undefined;
  /** What could not be done. */
  readonly error?: string | undefined;
}

export type Section = "overview" | "users" | "messages" | "reports" | "words" | "audit" | "settings";

const SECTIONS: readonly [Section, string][] = [
  ["overview", "Overview"],
  ["users", "Users"],
  ["messages", "Messages"],
  ["reports", "Reports"],
  ["words", "Words"],
  ["audit", "Audit log"],
  ["settings", "Settings"],
];

interface Props {
  shell: Shell;
  section: Section;
  title: string;
  /** One sentence below the title. */
  lead?: Child;
  /** Beside the title. */
  tools?: Child;
  /** The ids of the parts that are kept up to date: see static/js/admin.js. */
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
      <a class="skip-link" href="#content">Skip to the content</a>
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
                  {each === "reports" && shell.reports > 0 && (
                    <span class="admin-count">
                      {shell.reports}
                      <span class="visually-hidden">waiting</span>
                    </span>
                  )}
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
