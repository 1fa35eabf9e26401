/** WebSocket close codes. After one of the first group a client reconnects; after one of the second it must not. */
export const closeCode = {
  restart: 1012,
  tooSlow: 1013,

  abuse: 1008,
  tooLarge: 1009,
  loggedOut: 4401,
  blocked: 4403,
} as const;
