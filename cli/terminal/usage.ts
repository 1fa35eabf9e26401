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

export const SERVE_USAGE = `Usage: chatterbox serve [--port N] [--host ADDRESS] [--data FOLDER]

Settings are environment variables; some have a flag too:
  PORT           --port   where to listen; 0 picks a free port           8000
  HOST           --host   the address to listen on                       127.0.0.1
  DATA_DIR       --data   where everything is kept                       ./data
  DATABASE_URL            another place for the database: sqlite:PATH
  PUBLIC_URL              the address people use                         http://HOST:PORT
  REGISTRATION            open or closed                                 open
  BCRYPT_COST             10 to 15; the work doubles with each step      12
  SESSION_TTL             life of a login, renewed while it is used      30d
  RATE_LIMITS             on or off                                      on
  SIGNING_KEY             signs the logins; else one is kept in DATA_DIR
  TRUST_PROXY             on: believe a proxy's X-Forwarded-For          off
  BACKUP_EVERY            a backup so often, in DATA_DIR/backups: 1d     off
  BACKUP_KEEP             how many of those are kept                     7
  METRICS_TOKEN           reads /metrics from other machines
  LOG_FORMAT              pretty or json              pretty on a terminal
  LOG_LEVEL               debug, info, warn or error                     info`;
