/** What `chatterbox chat --help` prints. */
export const usage = `Usage: chatterbox chat [URL] [OPTIONS]

Talks in a room of the Chatterbox server at URL (default http://127.0.0.1:8000).

Options:
  -u, --username NAME  who to log in as; asked for when left out
      --room ROOM      the room to enter (default general)
      --register       create the account first
      --follow         in a pipe: keep printing after standard input has ended
  -h, --help           this text

Environment:
  CHATTERBOX_TOKEN     the token of a login, instead of a username and a password
  CHATTERBOX_PASSWORD  the password for --username, where nobody can be asked
  NO_COLOR             no colours

On a terminal:
  /users               who is online
  /edit [#ID] TEXT     change your last message, or message #ID
  /delete [#ID]        delete your last message, or message #ID
  /help                these commands
  /quit                leave, as Ctrl+D and Ctrl+C do
  //TEXT               say something that begins with a slash
What is pasted is never a command: it waits for Enter and is one message, line breaks (shown as ␤) included.

In a pipe every line of standard input is sent as one message as it is; empty lines are skipped. Messages are printed
one a line as "HH:MM username: text", local time, a line break in a text as \\n and a backslash as \\\\. Everything else
(joins, edits, deletions) goes to standard error. When standard input ends, it waits until everything is stored.

Exit status: 0 everything sent is stored; 1 it is not, or the server cannot be reached or does not let you in;
2 an argument is wrong; 130 interrupted before logging in.`;
