import type { User } from "../db/model.ts";
import { type Asset, Layout } from "./components/layout.tsx";
import { paths } from "./paths.ts";

interface Props {
  asset: Asset;
  /** The instance's name. */
  name: string;
  /** The user logged in now. */
  viewer: User | undefined;
  reason: string;
  /** The input by field name. */
  typed: readonly [name: string, text: string][];
}

/** Answers a refused form that has no page of its own. Shows the input, so that nothing is lost. */
export function RefusedPage({ asset, name, viewer, reason, typed }: Props) {
  return (
    <Layout title={`Nothing was sent · ${name}`} asset={asset} bodyClass="entrance">
      <main class="card">
        <h1>Nothing was sent</h1>
        <p class="error" role="alert">{reason}</p>
        {viewer && <p>You are logged in as {viewer.username}.</p>}
        {typed.map(([name, text]) => (
          <div class="field">
            <label for={`typed-${name}`}>Your text ({name})</label>
            <textarea id={`typed-${name}`} rows={6} readonly>{`\n${text}`}</textarea>
          </div>
        ))}
        <p>
          {viewer ? <a href={paths.home}>Open chat</a> : <a href={paths.login}>Log in</a>}
        </p>
      </main>
    </Layout>
  );
}
