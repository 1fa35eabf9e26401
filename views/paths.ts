/** Every address of the app. */
export const paths = {
  home: "/",
  login: "/login",
  register: "/register",
  logout: "/logout",
  docs: "/docs",
  openapi: "/openapi.json",
  users: "/users",
  /** Whether the process lives, and whether it can serve. */
  health: "/healthz",
  ready: "/readyz",
  metrics: "/metrics",
  ws: "/ws",
  socket: (room: string, after?: number) => `/ws?room=${room}${after === undefined ? "" : `&after=${after}`}`,
  messages: (room: string, before?: number) =>
    `/rooms/${room}/messages${before === undefined ? "" : `?before=${before}`}`,
  room: <R extends string>(room: R): `/rooms/${R}` => `/rooms/${room}`,
  /** Older messages of a room as a plain page, for a browser without JavaScript. */
  earlier: (room: string, before: number) => `/rooms/${room}?before=${before}`,
  /** The page of a single-use link to set a password. */
  reset: (token: string) => `/reset/${token}`,
  admin: {
    all: "/admin/*",
    overview: "/admin",
    users: "/admin/users",
    user: (id: number | string) => `/admin/users/${id}`,
    userAct: (id: number | string, act: string) => `/admin/users/${id}/${act}`,
    messages: "/admin/messages",
    message: (id: number | string) => `/admin/messages/${id}/delete`,
    words: "/admin/words",
    removeWord: "/admin/words/remove",
    reports: "/admin/reports",
    report: (id: number | string, act: string) => `/admin/reports/${id}/${act}`,
    audit: "/admin/audit",
    settings: "/admin/settings",
    jobs: "/admin/jobs",
    job: (id: number | string, act: string) => `/admin/jobs/${id}/${act}`,
    download: (what: string) => `/admin/download/${what}`,
  },
  /** Where browsers report violations of the Content-Security-Policy. */
  cspReports: "/csp-reports",
  staticFiles: "/static/",
  static: (version: string, file: string) => `/static/${version}/${file}`,
};
