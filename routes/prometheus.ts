import process from "node:process";
import type { Distribution } from "../db/metrics.ts";
import type { App } from "./env.ts";

interface Sample {
  /** Appended to the metric's name. */
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly Sample[];
}

/** Media type of the Prometheus text format. */
export const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

/**
 * All metrics in the Prometheus text format. Not `prom-client`: it takes 30 ms to load, only the text format would be
 * used, and its default metrics are zero for a program without access to /proc.
 */
export async function metricsText(app: App): Promise<string> {
  const jobs = await app.store.jobs.count();
  return [...ofTheProcess(app.version), ...ofTheChat(app), ...ofJobs(app, jobs)].map(write).join("");
}

function write({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ suffix = "", labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(String(value))}`);
    return `${name}${suffix}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

/** Standard process metrics. */
function ofTheProcess(version: string): Metric[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const { deno, v8 } = Deno.version;
  return [
    {
      ...gauge("chatterbox_build_info", "Always 1; labels hold the versions."),
      samples: [{ value: 1, labels: { version, deno, v8 } }],
    },
    gauge(
      "process_start_time_seconds",
      "Start time of the process since unix epoch in seconds.",
      performance.timeOrigin / 1e3,
    ),
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.", rss),
    gauge("chatterbox_heap_used_bytes", "JavaScript heap in use in bytes.", heapUsed),
    counter("process_cpu_seconds_total", "CPU time of all threads in seconds.", (user + system) / 1e6),
  ];
}

function ofTheChat({ metrics, hub }: App): Metric[] {
  const { connections, users, rooms, unsentBytes, commandsWaiting } = hub.load();
  return [
    {
      ...gauge("chatterbox_connections", "Open sockets by encoding."),
      samples: Object.entries(connections).map(([encoding, value]) => ({ value, labels: { encoding } })),
    },
    counter("chatterbox_connections_opened_total", "Sockets accepted.", metrics.connectionsOpened),
    gauge("chatterbox_users_online", "Users with an open socket.", users),
    gauge("chatterbox_rooms", "Rooms in memory.", rooms),
    counter("chatterbox_messages_total", "Messages stored.", metrics.messages),
    counter(
      "chatterbox_deliveries_total",
      "Messages, edits and deletions delivered live, once per socket.",
      metrics.deliveries,
    ),
    counter("chatterbox_frames_total", "Frames passed to sockets; several events may share one.", metrics.frames),
    histogram(
      "chatterbox_commit_seconds",
      "Duration of commits in seconds.",
      metrics.commitSeconds,
    ),
    histogram("chatterbox_commit_writes", "Writes per transaction.", metrics.commitSize),
    counter(
      "chatterbox_commits_failed_total",
      "Failed transactions, for example because of a full disk.",
      metrics.commitsFailed,
    ),
    gauge(
      "chatterbox_writes_waiting",
      "Writes pending in the writer thread.",
      metrics.writesWaiting,
    ),
    gauge(
      "chatterbox_commands_waiting",
      "Commands waiting for an earlier command of the same socket.",
      commandsWaiting,
    ),
    gauge("chatterbox_unsent_bytes", "Bytes buffered for clients.", unsentBytes),
    counter("chatterbox_slow_readers_total", "Sockets closed because the client read too slowly.", metrics.slowReaders),
    counter(
      "chatterbox_commands_rate_limited_total",
      "Commands refused by the rate limit.",
      metrics.commandsLimited,
    ),
    counter("chatterbox_logins_total", "Successful logins.", metrics.logins),
    {
      ...counter("chatterbox_logins_refused_total", "Refused logins by reason."),
      samples: Object.entries(metrics.loginsRefused).map(([reason, value]) => ({ value, labels: { reason } })),
    },
    histogram("chatterbox_event_loop_delay_seconds", "Event loop delay in seconds.", metrics.loopDelay),
  ];
}

function ofJobs({ metrics }: App, { waiting, failed }: { waiting: number; failed: number }): Metric[] {
  return [
    gauge("chatterbox_jobs_waiting", "Pending jobs, including schedules.", waiting),
    gauge("chatterbox_jobs_failed", "Failed jobs.", failed),
    {
      ...counter("chatterbox_jobs_run_total", "Job runs of this process by outcome."),
      samples: Object.entries(metrics.jobsRun).map(([outcome, value]) => ({ value, labels: { outcome } })),
    },
  ];
}

function counter(name: string, help: string, value = 0): Metric {
  return { name, help, type: "counter", samples: [{ value }] };
}

function gauge(name: string, help: string, value = 0): Metric {
  return { name, help, type: "gauge", samples: [{ value }] };
}

function histogram(name: string, help: string, { bounds, counts, sum }: Distribution): Metric {
  let count = 0;
  const buckets = counts.map((here, at) => {
    count += here;
    return { suffix: "_bucket", labels: { le: bounds[at] ?? "+Inf" }, value: count };
  });
  const whole = [{ suffix: "_sum", value: sum }, { suffix: "_count", value: count }];
  return { name, help, type: "histogram", samples: [...buckets, ...whole] };
}
