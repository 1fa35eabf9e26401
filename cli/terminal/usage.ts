/** What `chatterbox --help` says. */
export const USAGE = `Chatterbox: team chat in one file

Usage:
  chatterbox [serve] [--port N] [--host ADDRESS] [--data FOLDER]
  chatterbox chat [URL] [--username NAME] [--room general]
  chatterbox user list|create|promote|demote|block|unblock|reset-password [NAME]
  chatterbox backup FILE [--force] [--data FOLDER]
  chatterbox restore FILE [--force] [--data FOLDER]
  chatterbox rollback [--force] [--data FOLDER]
  chatterbox doctor [--data FOLDER] [--json]
  chatterbox --help | --version | SUBCOMMAND --help

serve     The server. Open its address in a browser; the first account becomes the administrator.
chat      Take part from a terminal, or through a pipe.
user      Look after accounts, on the machine that the server runs on.
backup    Copy the database while the server runs.
restore   Put a backup in its place.
rollback  Go back to the database as it was before the last upgrade.
doctor    Look at everything, change nothing, and say what to do.`;
