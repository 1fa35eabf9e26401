/** The headings, in reading order. */
export const groups = {
  accounts: { name: "Accounts", text: "Create an account, log in, log out." },
  chat: { name: "Chat", text: "List users, read messages, send messages." },
  people: { name: "Administration: users", text: "Find users and act on them." },
  messages: {
    name: "Administration: messages",
    text: "Messages, reports and forbidden words.",
  },
  instance: { name: "Administration: the server", text: "Statistics, audit log, jobs and settings." },
  service: { name: "Service", text: "For monitoring." },
} as const;

export type GroupName = keyof typeof groups;
