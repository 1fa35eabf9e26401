/** What is said when an act is done, by its name. */
export const done = {
  block: "User blocked",
  unblock: "User unblocked",
  promote: "User is an administrator now",
  demote: "User is an administrator no more",
  warn: "User warned",
  reset_warnings: "Warnings reset",
  end_sessions: "Sessions ended",
  reset_password: "Link made",
  delete_account: "Account deleted",
  delete: "Message deleted",
  report_dismiss: "Report dismissed",
  report_delete: "Message deleted",
  report_warn: "Author warned",
  report_block: "Author blocked",
  put_word: "Word added",
  remove_word: "Word removed",
  settings: "Settings saved",
  retry_job: "Job runs again",
  discard_job: "Job discarded",
} as const;

export type Done = keyof typeof done;
