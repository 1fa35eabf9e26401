import type { User } from "../db/model.ts";
import { type Asset, Layout } from "./components/layout.tsx";
import { paths } from "./paths.ts";

interface Props {
  asset: Asset;
  /** What this instance is called. */
  name: string;
  /** Who is logged in now. */
  viewer: User | undefined;
  reason: string;
  /** What was typed, by the names of the fields. */
  typed: readonly [name: string, text: string][];
}

/** Answers a form that is refused and has no page of its own to come back to: nothing that was typed is lost. */
export function RefusedPage({ asset, name, viewer, reason, typed }: Props) {
  return (
    <Layout title={`Nothing was sent · ${name}`} asset={asset} bodyClass="entrance">
      <main class="card">
        <h1>Nothing was sent</h1>
        <p class="error" role="alert">{reason}</p>
        {viewer && <p>You are logged in as {viewer.username}.</p>}
        {typed.map(([name, text]) => (
          <div class="field">
            <label for={`typed-${name}`}>What you typed ({name})</label>
            <textarea id={`typed-${name}`} rows={6} readonly>{`\n${text}`}</textarea>
          </div>
        ))}
        <p>
          {viewer ? <a href={paths.home}>To the chat</a> : <a href={paths.login}>Log in</a>}
        </p>
      </main>
    </Layout>
  );
}
