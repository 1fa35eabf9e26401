import type { Room } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { opensRoom } from "./htmx.tsx";

/** Links to the viewer's rooms. Hidden when there is only one. */
export function RoomList({ rooms, open }: { rooms: readonly Room[]; open: Room }) {
  return (
    <nav id="rooms" aria-label="Rooms" hidden={rooms.length < 2}>
      <ul>
        {rooms.map(({ id, slug, name }) => (
          <li>
            <a
              href={paths.room(slug)}
              {...opensRoom(paths.room(slug))}
              aria-current={id === open.id ? "page" : undefined}
            >
              # {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
