import type { Child } from "hono/jsx";
import { raw } from "hono/html";
import { HtmxConfig } from "./htmx.tsx";

/** The address of a static file, with its version in it. */
export type Asset = (file: string) => string;

/** In this order: later rules win, and those that reduce motion come last. */
const STYLES = ["base", "entrance", "chat", "messages", "writing", "print"];
const STYLES_OF_CHAT = STYLES.filter((name) => name !== "entrance");

export interface LayoutProps {
  title: string;
  asset: Asset;
  /** Loads htmx; `history` makes it answer to back and forward. */
  htmx?: { history: boolean };
  /** A rule that is this viewer's own; the response's Content-Security-Policy names its hash. */
  style?: string;
  bodyClass: string;
  /** Further attributes of `<body>`. */
  body?: Readonly<Record<string, unknown>>;
  /** Stylesheets of this page alone, from static/css. */
  styles?: readonly string[];
  /** Scripts of this page alone, from static/js. */
  scripts?: readonly string[];
  /** Moves the light behind the page from the start; the chat starts it later. */
  glow?: boolean;
  children: Child;
}

export function Layout(
  { title, asset, htmx, style, bodyClass, body = {}, styles = [], scripts = [], glow = true, children }: LayoutProps,
) {
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
          {[...(live ? STYLES_OF_CHAT : STYLES), ...styles, "motion"].map((name) => (
            <link rel="stylesheet" href={asset(`css/${name}.css`)} />
          ))}
          {!live && <script src={asset("js/glow.js")} type="module"></script>}
          {scripts.map((name) => <script src={asset(`js/${name}.js`)} type="module"></script>)}
          {style !== undefined && <style>{raw(style)}</style>}
          {live && (
            <>
              <noscript>
                <link rel="stylesheet" href={asset("css/noscript.css")} />
              </noscript>
              <HtmxConfig history />
              <script src={asset("vendor/htmx.js")} defer></script>
              <script src={asset("js/chat.js")} type="module"></script>
            </>
          )}
        </head>
        <body class={bodyClass} {...body}>{children}</body>
      </html>
    </>
  );
}
