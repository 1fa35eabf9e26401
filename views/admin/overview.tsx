import type { Overview } from "../../db/store.ts";
import { paths } from "../paths.ts";
import { formatBytes, formatDuration } from "../quantity.ts";
import { type Bar, Chart } from "./chart.tsx";
import { Fact } from "./facts.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { address } from "./table.tsx";

interface Props {
  shell: Shell;
  overview: Overview;
  online: number;
  version: string;
  /** Ms. */
  uptime: number;
  hours: readonly Bar[];
  days: readonly Bar[];
}

export function OverviewPage({ shell, overview, online, version, uptime, hours, days }: Props) {
  return (
    <AdminPage shell={shell} section="overview" title="Overview" live={["tiles", "charts"]}>
      <dl class="tiles" id="tiles">
        <Tile name="Users" value={overview.users} href={paths.admin.users} />
        <Tile name="Online now" value={online} href={address(paths.admin.users, { only: "online" })} />
        <Tile name="Messages today" value={overview.messagesToday} />
        <Tile name="Total messages" value={overview.messages} href={paths.admin.messages} />
        <Tile
          name="Blocked users"
          value={overview.blocked}
          href={address(paths.admin.users, { only: "blocked" })}
          alarm={overview.blocked > 0}
        />
        <Tile name="Open reports" value={overview.reports} href={paths.admin.reports} alarm={overview.reports > 0} />
      </dl>
      <dl class="facts panel">
        <Fact name="Database size">{formatBytes(overview.databaseSize)}</Fact>
        <Fact name="Uptime">{formatDuration(uptime)}</Fact>
        <Fact name="Version">{version}</Fact>
      </dl>
      <div class="charts" id="charts">
        <Chart title="Messages per hour, last 24 hours" step="at" bars={hours} />
        <Chart title="Messages per day, last 30 days" step="on" bars={days} />
      </div>
    </AdminPage>
  );
}

function Tile({ name, value, href, alarm = false }: {
  name: string;
  value: number | string;
  href?: string;
  alarm?: boolean;
}) {
  const text = typeof value === "number" ? value.toLocaleString("en") : value;
  return (
    <div class={alarm ? "panel tile-alarm" : "panel"}>
      <dt>{href === undefined ? name : <a href={href}>{name}</a>}</dt>
      <dd>{text}</dd>
    </div>
  );
}
