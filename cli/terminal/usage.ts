/** The text of `chatterbox --help`. */
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
chat      Chat on a terminal or in a pipe.
user      Manage users, on the server's machine.
backup    Copy the database while the server runs.
restore   Restore a backup.
rollback  Restore the database from before the last upgrade.
doctor    Check everything and give advice. Changes nothing.`;
