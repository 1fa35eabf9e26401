/** Why a connection is closed, as a client reads it; the second group says: do not come back. */
export const closeCode = {
  restart: 1012,
  tooSlow: 1013,

  abuse: 1008,
  tooLarge: 1009,
  loggedOut: 4401,
  blocked: 4403,
} as const;
