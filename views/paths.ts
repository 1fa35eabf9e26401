/** Every address of the app. */
export const paths = {
  home: "/",
  login: "/login",
  register: "/register",
  logout: "/logout",
  users: "/users",
  socket: (room: string, after?: number) => `/ws?room=${room}${after === undefined ? "" : `&after=${after}`}`,
  messages: (room: string, before?: number) =>
    `/rooms/${room}/messages${before === undefined ? "" : `?before=${before}`}`,
  /** The chat as plain pages, for a browser without JavaScript. */
  earlier: (before: number) => `/?before=${before}`,
  static: (version: string, file: string) => `/static/${version}/${file}`,
};
