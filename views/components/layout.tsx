import type { Child } from "hono/jsx";
import { raw } from "hono/html";
import { HtmxConfig } from "./htmx.tsx";
import type { Stylesheet } from "./styles.ts";

/** Returns the versioned address of a static file. */
export type Asset = (file: string) => string;

export interface LayoutProps {
  title: string;
  asset: Asset;
  /** Loads htmx. `history` enables its handling of back and forward. */
  htmx?: { history: boolean };
  /** Inline CSS for this viewer. The response's Content-Security-Policy contains its hash. */
  style?: string;
  bodyClass: string;
  /** Attributes of `<body>`. */
  body?: Readonly<Record<string, unknown>>;
  /** The stylesheet; "entrance" by default. */
  sheet?: Stylesheet;
  /** Stylesheet used without JavaScript. */
  noscript?: Stylesheet;
  /** Scripts in static/js. */
  scripts?: readonly string[];
  children: Child;
}

export function Layout(
  { title, asset, htmx, style, bodyClass, body = {}, scripts = ["glow"], children, ...rest }: LayoutProps,
) {
  const { sheet = "entrance", noscript } = rest;
  return (
    <>
      {raw("<!DOCTYPE html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta
            name="viewport"
            content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
          />
          <meta name="color-scheme" content="light dark" />
          <meta name="theme-color" content="#f4f1fb" media="(prefers-color-scheme: light)" />
          <meta name="theme-color" content="#14121f" media="(prefers-color-scheme: dark)" />
          <title>{title}</title>
          <link rel="icon" href={asset("icon.svg")} type="image/svg+xml" />
          <link rel="stylesheet" href={asset(`css/${sheet}.css`)} />
          {style !== undefined && <style>{raw(style)}</style>}
          {noscript && (
            <noscript>
              <link rel="stylesheet" href={asset(`css/${noscript}.css`)} />
            </noscript>
          )}
          {htmx && (
            <>
              <HtmxConfig {...htmx} />
              <script src={asset("vendor/htmx.js")} defer></script>
            </>
          )}
          {scripts.map((name) => <script src={asset(`js/${name}.js`)} type="module"></script>)}
        </head>
        <body class={bodyClass} {...body}>{children}</body>
      </html>
    </>
  );
}
