/**
 * Stylesheets by kind of page: files in static/css, one per component, concatenated in this order. Later rules win, so
 * `motion` comes last.
 */
const COMMON = ["tokens", "base", "avatar", "button", "field", "counter"];
const ADMIN = ["admin", "admin_bar", "panel", "button_row", "admin_field", "filters", "table", "user_link", "facts"];
const DOCS = ["docs", "docs_contents", "docs_operation", "docs_code", "docs_try"];
const CHAT = [
  "chat",
  "sidebar",
  "status",
  "log",
  "message",
  "tools",
  "text_box",
  "editor",
  "notices",
  "typing",
  "composer",
];

export const STYLESHEETS = {
  entrance: [...COMMON, "card", "tabs", "motion"],
  chat: [...COMMON, "dialog", ...CHAT, "print", "motion"],
  admin: [
    ...COMMON,
    "dialog",
    ...ADMIN,
    "settings",
    "user_actions",
    "inspected_message",
    "report",
    "tiles",
    "chart",
    "question",
    "motion",
  ],
  docs: [...COMMON, ...DOCS, "motion"],
  noscript: ["noscript"],
} as const satisfies Record<string, readonly string[]>;

export type Stylesheet = keyof typeof STYLESHEETS;
