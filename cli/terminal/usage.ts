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

serve     Run the server. Open its URL in a browser; the first account becomes the administrator.
chat      Chat in a terminal or a pipe.
user      Manage accounts, on the machine of the server.
backup    Copy the database, whether the server is running or not.
restore   Replace the database with a backup.
rollback  Restore the database as it was before the last upgrade.
doctor    Check the installation and say what to do about each problem.`;
