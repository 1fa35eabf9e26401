import { type Asset, Layout } from "./components/layout.tsx";
import { paths } from "./paths.ts";

interface Props {
  asset: Asset;
  /** What this instance is called. */
  name: string;
  status: number;
  detail: string;
}

/** A title for the kind of error, and a sentence for those that come without one. */
const KINDS: Readonly<Record<number, { title: string; sentence: string }>> = {
  403: { title: "Not allowed", sentence: "You may not do this." },
  404: { title: "Not found", sentence: "There is nothing at this address." },
  413: { title: "Too large", sentence: "What was sent is too large." },
  429: { title: "Too many requests", sentence: "Wait a moment, then try again." },
  503: { title: "Not available", sentence: "Try again in a moment." },
};
const OTHER = { title: "Something is wrong", sentence: "This could not be done." };

export function ErrorPage({ asset, name, status, detail }: Props) {
  const { title, sentence } = KINDS[status] ?? OTHER;
  return (
    <Layout title={`${title} · ${name}`} asset={asset} bodyClass="entrance">
      <main class="card">
        <h1>{title}</h1>
        <p>{detail === title || detail === "" ? sentence : detail}</p>
        <p>
          <a href={paths.home}>Back to the chat</a>
        </p>
      </main>
    </Layout>
  );
}
