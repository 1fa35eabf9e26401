/** The headings, in the order in which one reads them. */
export const groups = {
  accounts: { name: "Accounts", text: "Create an account, log in, log out." },
  chat: { name: "Chat", text: "Who is there, what was said, and saying something." },
  people: { name: "Administration: users", text: "Who is online, and actions on accounts." },
  messages: {
    name: "Administration: messages",
    text: "What was said, what was reported, and which words are not taken.",
  },
  instance: { name: "Administration: the server", text: "How it is doing, what was done, and how it is set." },
  service: { name: "Service", text: "For whoever watches over the program." },
} as const;

export type GroupName = keyof typeof groups;
