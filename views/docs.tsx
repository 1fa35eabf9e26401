import { type Asset, Layout } from "./components/layout.tsx";
import { paths } from "./paths.ts";

/** A part of a type. A name links to its own table. */
export interface TypeWord {
  text: string;
  isName?: boolean;
}

export interface Field {
  name: string;
  required: boolean;
  type: TypeWord[];
  limits: string | undefined;
  /** Regular expression that the value matches. */
  pattern: string | undefined;
  text: string | undefined;
  /** Default value, as JSON. */
  fallback: string | undefined;
}

export interface Parameter extends Field {
  /** `path` or `query`. */
  where: string;
  example: string | undefined;
}

export interface DocsAnswer {
  status: number;
  text: string;
  type: TypeWord[] | undefined;
  fields: Field[];
  example: string | undefined;
}

type Access = "anybody" | "members" | "administrators";

export interface DocsOperation {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string | undefined;
  access: Access;
  parameters: Parameter[];
  body: { fields: Field[]; example: string } | undefined;
  answers: DocsAnswer[];
  /** Undefined for the WebSocket, which curl does not support. */
  curl: string | undefined;
}

export interface DocsGroup {
  name: string;
  text: string;
  operations: DocsOperation[];
}

export interface NamedType {
  name: string;
  text: string | undefined;
  fields: Field[];
}

export interface SocketCommand {
  type: string;
  text: string;
  access: Access;
  fields: Field[];
  example: string;
}

export interface SocketEvent {
  type: string;
  text: string;
  fields: Field[];
}

interface Props {
  asset: Asset;
  version: string;
  /** Address of this server. */
  base: string;
  viewer: string | undefined;
  /** The user the page is rendered for. Every request sends it. */
  viewerId: string | undefined;
  groups: DocsGroup[];
  commands: SocketCommand[];
  events: SocketEvent[];
  types: NamedType[];
}

const ACCESS: Record<Access, string> = {
  anybody: "No login needed",
  members: "Needs a login",
  administrators: "Administrators only",
};

export function DocsPage({ asset, version, base, viewer, viewerId, groups, commands, events, types }: Props) {
  return (
    <Layout title="API · Chatterbox" asset={asset} bodyClass="docs" sheet="docs" scripts={["glow", "back", "docs"]}>
      <a class="skip-link" href="#content">Skip to content</a>
      <header class="top">
        <img src={asset("icon.svg")} alt="" width="32" height="32" />
        <strong>Chatterbox</strong>
        <nav aria-label="Site">
          <a href={paths.openapi}>openapi.json</a>
          <a href={paths.home}>{viewer === undefined ? "Log in" : "Open chat"}</a>
        </nav>
      </header>
      <nav class="contents" aria-label="Contents">
        {groups.map(({ name, operations }) => (
          <>
            <a href={`#${slug(name)}`}>{name}</a>
            <ul>
              {operations.map(({ id, method, path }) => (
                <li>
                  <a href={`#ask-${id}`}>
                    <Method method={method} /> {path}
                  </a>
                </li>
              ))}
            </ul>
          </>
        ))}
        <a href="#about-commands">Socket commands</a>
        <a href="#about-events">Socket events</a>
        <a href="#about-types">Types</a>
      </nav>
      <main id="content" data-viewer={viewerId}>
        <Introduction version={version} base={base} viewer={viewer} />
        {groups.map((group) => (
          <section aria-labelledby={slug(group.name)}>
            <h2 id={slug(group.name)}>{group.name}</h2>
            <p>{group.text}</p>
            {group.operations.map((operation) => <Operation operation={operation} />)}
          </section>
        ))}
        <section aria-labelledby="about-commands">
          <h2 id="about-commands">Socket commands</h2>
          <p>
            Each frame is one JSON object. Every command also takes a <code>nonce</code>, which its <code>ack</code> or
            {" "}
            <code>error</code> repeats.
          </p>
          {commands.map((command) => <Command command={command} />)}
        </section>
        <section aria-labelledby="about-events">
          <h2 id="about-events">Socket events</h2>
          <p>A frame holds one or more events, one JSON object per line. Ignore events and fields you do not know.</p>
          {events.map((event) => <Event event={event} />)}
        </section>
        <section aria-labelledby="about-types">
          <h2 id="about-types">Types</h2>
          <p>The named types used above.</p>
          {types.map(({ name, text, fields }) => (
            <article class="panel" id={`type-${name}`}>
              <h3>{name}</h3>
              {text && <p>{text}</p>}
              <Fields label={`Fields of ${name}`} fields={fields} />
            </article>
          ))}
        </section>
      </main>
    </Layout>
  );
}

function Introduction({ version, base, viewer }: { version: string; base: string; viewer: string | undefined }) {
  return (
    <section>
      <h1>The API</h1>
      <p>
        Version {version} at{" "}
        <code>{base}</code>. The same URLs return pages to browsers and JSON to all other clients. Errors are{" "}
        <code>{'{"detail": "one sentence"}'}</code>.
      </p>
      <p>
        Authenticate with a token from <a href="#ask-login">POST /login</a>, sent as{" "}
        <code>Authorization: Bearer TOKEN</code>, or with a browser's session cookie. The examples use this variable:
      </p>
      <Code
        name="Get a token"
        copy
        text={`TOKEN=$(curl -s ${base}/login -H 'Content-Type: application/json' \\\n` +
          `  -d '{"username":"alice","password":"correct horse"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`}
      />
      <p class="needs-script" hidden>
        {viewer === undefined
          ? (
            <>
              You are not logged in: requests that need a login return 401 here. <a href={paths.login}>Log in</a>
            </>
          )
          : (
            <>
              Requests you send here are real, and run as <strong>{viewer}</strong>.
            </>
          )}
      </p>
    </section>
  );
}

function Operation({ operation }: { operation: DocsOperation }) {
  const { id, method, path, summary, description, access, parameters, body, answers, curl } = operation;
  return (
    <article class="panel" id={`ask-${id}`} aria-labelledby={`ask-${id}-title`}>
      <h3 id={`ask-${id}-title`}>{summary}</h3>
      <p class="address">
        <Method method={method} /> <code>{path}</code> <span class="access">{ACCESS[access]}</span>
      </p>
      {description && <p>{description}</p>}
      {parameters.length > 0 && (
        <>
          <h4>Parameters</h4>
          <Fields label={`Parameters of ${summary}`} fields={parameters} />
        </>
      )}
      {body && (
        <>
          <h4>Body</h4>
          <Fields label={`Body of ${summary}`} fields={body.fields} />
        </>
      )}
      <h4>Responses</h4>
      <dl class="answers">
        {answers.map(({ status, text, type, fields, example }) => (
          <>
            <dt>
              <span class={`code ${status < 400 ? "good" : "bad"}`}>{status}</span>
            </dt>
            <dd>
              {text}
              {type && (
                <>
                  {": "}
                  <Type words={type} />
                </>
              )}
              {fields.length > 0 && <Fields label={`Response of ${summary}`} fields={fields} />}
              {example !== undefined && <Code name={`Example response of ${summary}`} text={example} />}
            </dd>
          </>
        ))}
      </dl>
      {curl !== undefined && (
        <>
          <h4>Example</h4>
          <Code name={`${summary} with curl`} text={curl} copy />
          <TryIt operation={operation} />
        </>
      )}
    </article>
  );
}

/** Revealed by the page's script, which sends the request. */
function TryIt({ operation: { id, method, path, summary, parameters, body } }: { operation: DocsOperation }) {
  return (
    <details class="try needs-script" hidden>
      <summary>
        Try it<span class="only-read">: {summary}</span>
      </summary>
      <form data-method={method} data-path={path}>
        {parameters.map(({ name, where, required, example }) => (
          <div class="field">
            <label for={`try-${id}-${name}`}>{name}</label>
            <input
              id={`try-${id}-${name}`}
              name={name}
              data-in={where}
              value={example}
              required={required}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
            />
          </div>
        ))}
        {body && (
          <div class="field">
            <label for={`try-${id}-body`}>JSON body</label>
            <textarea
              id={`try-${id}-body`}
              rows={body.example.split("\n").length}
              spellcheck={false}
              autocapitalize="none"
            >
              {body.example}
            </textarea>
          </div>
        )}
        <button type="submit">Send request</button>
        <div role="status" aria-label="Answer"></div>
      </form>
    </details>
  );
}

function Command({ command: { type, text, access, fields, example } }: { command: SocketCommand }) {
  return (
    <article class="panel" id={`command-${type}`}>
      <h3>{type}</h3>
      <p class="address">
        {text} <span class="access">{ACCESS[access]}</span>
      </p>
      {fields.length > 0 && <Fields label={`Fields of ${type}`} fields={fields} />}
      <Code name={`Example of ${type}`} text={example} copy />
    </article>
  );
}

function Event({ event: { type, text, fields } }: { event: SocketEvent }) {
  return (
    <article class="panel" id={`event-${type}`}>
      <h3>{type}</h3>
      <p>{text}</p>
      <Fields label={`Fields of the event ${type}`} fields={fields} />
    </article>
  );
}

function Fields({ label, fields }: { label: string; fields: Field[] }) {
  return (
    <dl class="fields" aria-label={label}>
      {fields.map(({ name, required, type, limits, pattern, text, fallback }) => (
        <div>
          <dt>
            <code>{name}</code> {!required && <span class="hint">optional</span>}
          </dt>
          <dd>
            <Type words={type} />
            {limits !== undefined && <span>, {limits}</span>}
            {pattern !== undefined && (
              <span>
                , matches <code>{pattern}</code>
              </span>
            )}
            {fallback !== undefined && (
              <span>
                , default <code>{fallback}</code>
              </span>
            )}
            {text !== undefined && <span class="hint">{text}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Type({ words }: { words: TypeWord[] }) {
  return <>{words.map(({ text, isName }) => isName ? <a href={`#type-${text}`}>{text}</a> : text)}</>;
}

function Method({ method }: { method: string }) {
  return <span class={`method ${method.toLowerCase()}`}>{method}</span>;
}

/** A code block. It is focusable, so that wide lines can be scrolled with the keyboard. */
function Code({ name, text, copy = false }: { name: string; text: string; copy?: boolean }) {
  return (
    <div class="code-block">
      <pre tabindex={0} role="group" aria-label={name}><code>{text}</code></pre>
      {copy && (
        <button type="button" class="quiet needs-script" data-copy aria-label={`Copy: ${name}`} hidden>Copy</button>
      )}
    </div>
  );
}

function slug(name: string): string {
  return "about-" + name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}
