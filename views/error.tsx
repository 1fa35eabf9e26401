import { type Asset, Layout } from "./components/layout.tsx";
import { paths } from "./paths.ts";

interface Props {
  asset: Asset;
  /** The instance's name. */
  name: string;
  status: number;
  detail: string;
}

/** Title by status, and a sentence for errors without one. */
const KINDS: Readonly<Record<number, { title: string; sentence: string }>> = {
  403: { title: "Not allowed", sentence: "You do not have permission to do this." },
  404: { title: "Not found", sentence: "This page does not exist." },
  413: { title: "Too large", sentence: "The request is too large." },
  429: { title: "Too many requests", sentence: "Wait a moment, then try again." },
  503: { title: "Unavailable", sentence: "Try again in a moment." },
};
const OTHER = { title: "Something went wrong", sentence: "The request failed." };

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
