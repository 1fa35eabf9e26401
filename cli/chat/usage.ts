/** The text of `chatterbox chat --help`. */
export const usage = `Usage: chatterbox chat [URL] [OPTIONS]

Joins a room on the Chatterbox server at URL (default http://127.0.0.1:8000).

Options:
  -u, --username NAME  the user to log in as; prompted for if omitted
      --room ROOM      the room to join (default general)
      --register       register the user first
      --follow         in a pipe: keep printing after the end of standard input
  -h, --help           this text

Environment:
  CHATTERBOX_TOKEN     a session's token, instead of a username and password
  CHATTERBOX_PASSWORD  the password for --username, when there is no terminal
  NO_COLOR             no colours

On a terminal:
  /users               who is online
  /edit [#ID] TEXT     change your last message, or message #ID
  /delete [#ID]        delete your last message, or message #ID
  /help                these commands
  /quit                leave, as Ctrl+D and Ctrl+C do
  //TEXT               send text that begins with a slash
Pasted text is never a command: it waits for Enter and is sent as one message. Its line breaks are shown as ␤.

In a pipe every line of standard input is sent as one message as it is; empty lines are skipped. Messages are printed
one a line as "HH:MM username: text", local time, a line break in a text as \\n and a backslash as \\\\. Everything else
(joins, edits, deletions) goes to standard error. When standard input ends, it waits until everything is stored.

Exit status: 0 everything sent is stored; 1 it is not, or the server cannot be reached or does not let you in;
2 an argument is wrong; 130 interrupted before logging in.`;
