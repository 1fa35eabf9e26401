export interface Bar {
  /** Full label. */
  readonly name: string;
  /** Short label for the axis. */
  readonly short: string;
  readonly count: number;
}

const HEIGHT = 100;
const STEP = 10;
const GAP = 2;

/** A bar chart, with a summary in a sentence and the data in a table. */
export function Chart({ title, step, bars }: { title: string; step: string; bars: readonly Bar[] }) {
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const peak = bars.reduce((most, bar) => bar.count > most.count ? bar : most, bars[0] ?? { name: "", count: 0 });
  const summary = total === 0
    ? "No messages"
    : `${total.toLocaleString("en")} total, peak ${step} ${peak.name}: ${peak.count.toLocaleString("en")}`;
  const scale = peak.count === 0 ? 0 : HEIGHT / peak.count;
  const middle = bars[Math.floor(bars.length / 2)];
  return (
    <figure class="chart panel">
      <figcaption>
        <h2>{title}</h2>
        <p>{summary}</p>
      </figcaption>
      <svg
        role="img"
        aria-label={`${title}. ${summary}`}
        viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {bars.map(({ name, count }, index) => {
          const height = count === 0 ? 1 : Math.max(3, Math.round(count * scale * 10) / 10);
          return (
            <rect
              class={count === 0 ? "chart-zero" : undefined}
              x={index * STEP + GAP / 2}
              y={HEIGHT - height}
              width={STEP - GAP}
              height={height}
            >
              <title>{`${name}: ${count}`}</title>
            </rect>
          );
        })}
      </svg>
      <p class="chart-axis" aria-hidden="true">
        <span>{bars[0]?.short}</span>
        <span>{middle?.short}</span>
        <span>{bars.at(-1)?.short}</span>
      </p>
      <details>
        <summary>As a table</summary>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Messages</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ name, count }) => (
              <tr>
                <th scope="row">{name}</th>
                <td>{count.toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
