import { type Asset, Layout } from "./layout.tsx";
import { paths } from "./paths.ts";

export function ErrorPage({ asset, title, detail }: { asset: Asset; title: string; detail: string }) {
  return (
    <Layout title={`${title} · Chatterbox`} asset={asset} bodyClass="entrance">
      <main class="card">
        <h1>{title}</h1>
        <p>{detail}</p>
        <p>
          <a href={paths.home}>Back to the chat</a>
        </p>
      </main>
    </Layout>
  );
}
