import type { Person } from "../../db/model.ts";
import { replacesIn } from "./htmx.tsx";
import { colourOf, initials } from "../message.tsx";

export interface Online {
  /** By name; of a crowd only the first. */
  readonly users: readonly Person[];
  readonly count: number;
}

/** Who is online in a room. `live` makes it a fragment that replaces the one in the page of that room. */
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
