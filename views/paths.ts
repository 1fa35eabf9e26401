/** All addresses of the app. */
export const paths = {
  home: "/",
  login: "/login",
  register: "/register",
  logout: "/logout",
  docs: "/docs",
  openapi: "/openapi.json",
  users: "/users",
  /** Liveness and readiness. */
  health: "/healthz",
  ready: "/readyz",
  metrics: "/metrics",
  ws: "/ws",
  socket: (room: string, after?: number) => `/ws?room=${room}${after === undefined ? "" : `&after=${after}`}`,
  messages: (room: string, before?: number) =>
    `/rooms/${room}/messages${before === undefined ? "" : `?before=${before}`}`,
  room: <R extends string>(room: R): `/rooms/${R}` => `/rooms/${room}`,
  /** Older messages as a page, for browsers without JavaScript. */
  earlier: (room: string, before: number) => `/rooms/${room}?before=${before}`,
  /** Page of a password reset link. */
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
  /** Receives reports of Content-Security-Policy violations. */
  cspReports: "/csp-reports",
  staticFiles: "/static/",
  static: (version: string, file: string) => `/static/${version}/${file}`,
};
