/** The headings, in the order in which one reads them. */
export const groups = {
  accounts: { name: "Accounts", text: "Create an account, log in, log out." },
  chat: { name: "Chat", text: "Users, messages and the socket." },
  people: { name: "Administration: users", text: "Accounts, and actions on them." },
  messages: {
    name: "Administration: messages",
    text: "Messages, reports, and the word list.",
  },
  instance: { name: "Administration: the server", text: "Statistics, the audit log, jobs and settings." },
  service: { name: "Service", text: "Monitoring, and this description." },
} as const;

export type GroupName = keyof typeof groups;
