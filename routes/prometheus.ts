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
      ...gauge("chatterbox_connections", "Sockets that are open now, by the encoding they speak."),
      samples: Object.entries(connections).map(([encoding, value]) => ({ value, labels: { encoding } })),
    },
    counter("chatterbox_connections_opened_total", "Sockets that were let in.", metrics.connectionsOpened),
    gauge("chatterbox_users_online", "Users with an open socket.", users),
    gauge("chatterbox_rooms", "Rooms that are in memory.", rooms),
    counter("chatterbox_messages_total", "Messages stored.", metrics.messages),
    counter(
      "chatterbox_deliveries_total",
      "Messages, edits and deletions shown live, each counted once for every socket.",
      metrics.deliveries,
    ),
    counter("chatterbox_frames_total", "Frames handed to sockets; several events may share one.", metrics.frames),
    histogram(
      "chatterbox_commit_seconds",
      "Time that transactions took until they were on disk.",
      metrics.commitSeconds,
    ),
    histogram("chatterbox_commit_writes", "Writes that shared a transaction.", metrics.commitSize),
    counter(
      "chatterbox_commits_failed_total",
      "Transactions that failed; a full disk does that.",
      metrics.commitsFailed,
    ),
    gauge(
      "chatterbox_writes_waiting",
      "Writes asked of the writing thread and not answered yet.",
      metrics.writesWaiting,
    ),
    gauge("chatterbox_commands_waiting", "Commands that wait for an earlier one of their socket.", commandsWaiting),
    gauge("chatterbox_unsent_bytes", "Bytes that clients have not taken yet.", unsentBytes),
    counter("chatterbox_slow_readers_total", "Sockets cut because they left too much unread.", metrics.slowReaders),
    counter(
      "chatterbox_commands_rate_limited_total",
      "Commands refused by the rate limit.",
      metrics.commandsLimited,
    ),
    counter("chatterbox_logins_total", "Logins that were let in.", metrics.logins),
    {
      ...counter("chatterbox_logins_refused_total", "Logins that were refused, by reason."),
      samples: Object.entries(metrics.loginsRefused).map(([reason, value]) => ({ value, labels: { reason } })),
    },
    histogram("chatterbox_event_loop_delay_seconds", "How late the program came to a timer.", metrics.loopDelay),
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
