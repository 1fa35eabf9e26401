/** The text of `chatterbox user --help`. */
export const usage = `Usage: chatterbox user ACTION [NAME] [OPTIONS]

Manages users in the server's database, on the server's machine, whether or not the server is running. A running
server applies changes within a second. NAME is a username or an email.

Actions:
  list                 all accounts, by name
      --json             as JSON
  create NAME          create a user, even while registration is closed; the first becomes an administrator
      --email EMAIL      the email
      --admin            as an administrator
  promote NAME         make an administrator
  demote NAME          take administration away
  block NAME           close all connections and refuse logins
      --reason TEXT      the reason, for the audit log
  unblock NAME         allow logins again and reset the warnings
      --reason TEXT      the reason, for the audit log
  reset-password NAME  print a link that sets a new password, once, within a day
      --set              set a new password now, which logs the user out everywhere

Options of all:
      --data FOLDER    the server's data directory (default DATA_DIR, or ./data)
  -h, --help           this text

A new password is prompted for on a terminal, and otherwise read as the first line of standard input.
CHATTERBOX_PASSWORD takes precedence over both. DATABASE_URL gives the database, if it is not in the data directory;
PUBLIC_URL (or HOST and PORT) the server's address, for the link.

Exit status: 0 done; 1 failed; 2 an argument or a setting is wrong; 130 interrupted.`;
