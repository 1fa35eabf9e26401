import type { Person } from "../../db/model.ts";
import { replacesIn } from "./htmx.tsx";
import { colourOf, initials } from "../message.tsx";

export interface Online {
  /** By name; only the first of many. */
  readonly users: readonly Person[];
  readonly count: number;
}

/** Users online in a room. `live` renders a fragment that replaces the list on that room's page. */
export function People({ online, room, live = false }: { online: Online; room: string; live?: boolean }) {
  const others = online.count - online.users.length;
  return (
    <section id="people" data-room={room} {...live ? replacesIn("people", room) : {}}>
      <h2>
        Online <span id="online-count">{online.count}</span>
      </h2>
      <ul aria-label="Online">
        {online.users.map(({ id, username }) => (
          <li class={colourOf(id)} data-user={id}>
            <i aria-hidden="true">{initials(username)}</i> {username}
          </li>
        ))}
      </ul>
      {others > 0 && <p>and {others} more</p>}
    </section>
  );
}
