/** What `chatterbox user --help` prints. */
export const usage = `Usage: chatterbox user ACTION [NAME] [OPTIONS]

Manages accounts in the data directory itself, on the machine of the server, whether it is running or not. A running
server notices within a second. NAME is a username or an email.

Actions:
  list                 all accounts, by name
      --json             as JSON
  create NAME          a new account, also while registration is closed; the first one is an administrator
      --email EMAIL      the email
      --admin            as an administrator
  promote NAME         make an administrator
  demote NAME          take administration away
  block NAME           close all connections and refuse logins
      --reason TEXT      the reason, for the audit log
  unblock NAME         allow logins again and forgive the warnings
      --reason TEXT      the reason, for the audit log
  reset-password NAME  print a link that sets a new password, once, within a day
      --set              set a new password now, which logs the user out everywhere

Options of all:
      --data FOLDER    where the server keeps everything (default DATA_DIR, or ./data)
  -h, --help           this text

A new password is asked for on a terminal; else it is the first line of standard input. CHATTERBOX_PASSWORD, where it is
set, takes the place of both. DATABASE_URL says where the database is, if not in the data directory; PUBLIC_URL (or HOST
and PORT) where the server is, for the link.

Exit status: 0 done; 1 failed; 2 an argument or a setting is wrong; 130 interrupted.`;
