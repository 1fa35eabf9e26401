/** The text of `chatterbox doctor --help`. */
export const USAGE = `Usage: chatterbox doctor [--data FOLDER] [--port N] [--host ADDRESS] [--json]
       chatterbox doctor --ready [--port N] [--host ADDRESS]

Checks the settings, the data directory, the database, the backups, the disk, the clock, the server on this machine
and the connection to it through PUBLIC_URL. Each check reports ok, warning or failure, and what to do. It changes
nothing, and can run beside the server. It reads the same settings as chatterbox serve: give it the same environment,
and run it as the same user.

  --data           the data directory; also DATA_DIR                      ./data
  --port, --host   where the server listens; also PORT and HOST           8000, 127.0.0.1
  --json           one JSON document, for scripts
  --ready          only check whether the server is ready, for a container's health check

Exit status: 0 ok, warnings or not; 1 at least one failure; 2 an argument is wrong.`;
