import process from "node:process";
import type { Distribution } from "../db/metrics.ts";
import type { App } from "./env.ts";

interface Sample {
  /** What stands behind the metric's name. */
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

/** The media type of Prometheus' text format. */
export const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Everything we count and measure, in Prometheus' text format. Of `prom-client` nothing but these few lines would be used:
 * loading it takes 30 ms, and what it measures by itself is zero in a program that may not read /proc.
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

/** By the names that Prometheus gives them for every program. */
function ofTheProcess(version: string): Metric[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const { deno, v8 } = Deno.version;
  return [
    {
      ...gauge("chatterbox_build_info", "Always 1; the labels say what is running."),
      samples: [{ value: 1, labels: { version, deno, v8 } }],
    },
    gauge(
      "process_start_time_seconds",
      "When the process started, in seconds since 1970.",
      performance.timeOrigin / 1e3,
    ),
    gauge("process_resident_memory_bytes", "Memory that the process has in RAM.", rss),
    gauge("chatterbox_heap_used_bytes", "Memory that JavaScript uses.", heapUsed),
    counter("process_cpu_seconds_total", "Processor time used, all threads.", (user + system) / 1e6),
  ];
}

function ofTheChat({ metrics, hub }: App): Metric[] {
  const { connections, users, rooms, unsentBytes, commandsWaiting } = hub.load();
  return [
    {
      ...gauge("chatterbox_connections", "Open sockets, by encoding."),
      samples: Object.entries(connections).map(([encoding, value]) => ({ value, labels: { encoding } })),
    },
    counter("chatterbox_connections_opened_total", "Sockets accepted.", metrics.connectionsOpened),
    gauge("chatterbox_users_online", "Users with an open socket.", users),
    gauge("chatterbox_rooms", "Rooms in memory.", rooms),
    counter("chatterbox_messages_total", "Messages stored.", metrics.messages),
    counter(
      "chatterbox_deliveries_total",
      "Live messages, edits and deletions, counted once per socket.",
      metrics.deliveries,
    ),
    counter("chatterbox_frames_total", "Frames sent; a frame may hold several events.", metrics.frames),
    histogram(
      "chatterbox_commit_seconds",
      "Time until a transaction was on disk.",
      metrics.commitSeconds,
    ),
    histogram("chatterbox_commit_writes", "Writes per transaction.", metrics.commitSize),
    counter(
      "chatterbox_commits_failed_total",
      "Failed transactions, for example on a full disk.",
      metrics.commitsFailed,
    ),
    gauge(
      "chatterbox_writes_waiting",
      "Writes in progress or queued in the writer thread.",
      metrics.writesWaiting,
    ),
    gauge("chatterbox_commands_waiting", "Commands queued behind an earlier one of their socket.", commandsWaiting),
    gauge("chatterbox_unsent_bytes", "Bytes that clients have not read yet.", unsentBytes),
    counter("chatterbox_slow_readers_total", "Sockets closed because of too many unread bytes.", metrics.slowReaders),
    counter(
      "chatterbox_commands_rate_limited_total",
      "Commands refused by the rate limit.",
      metrics.commandsLimited,
    ),
    counter("chatterbox_logins_total", "Successful logins.", metrics.logins),
    {
      ...counter("chatterbox_logins_refused_total", "Refused logins, by reason."),
      samples: Object.entries(metrics.loginsRefused).map(([reason, value]) => ({ value, labels: { reason } })),
    },
    histogram("chatterbox_event_loop_delay_seconds", "Delay of the event loop.", metrics.loopDelay),
  ];
}

function ofJobs({ metrics }: App, { waiting, failed }: { waiting: number; failed: number }): Metric[] {
  return [
    gauge("chatterbox_jobs_waiting", "Jobs in the database that run now or later, schedules included.", waiting),
    gauge("chatterbox_jobs_failed", "Jobs in the database that have failed several times in a row.", failed),
    {
      ...counter("chatterbox_jobs_run_total", "Runs of jobs in this process, by how they ended."),
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
