import type { SeenMark, UserId } from "../../db/model.ts";

/** The two members who have read furthest. At least one of two is not the author of a given message; see `isSeen`. */
export class FurthestReaders {
  #marks: readonly SeenMark[] = [];

  get marks(): readonly SeenMark[] {
    return this.#marks;
  }

  /** Replaces the marks with those in the store. */
  load(marks: readonly SeenMark[]): void {
    this.#marks = marks;
  }

  /** Records how far a user has read. Returns whether that moves the furthest mark. */
  note({ user, message, seq }: SeenMark): boolean {
    const before = this.#marks;
    this.#marks = furthest([{ user, message, seq }, ...before]);
    return this.#marks.some(({ seq }, at) => seq !== before[at]?.seq);
  }
}

function furthest(marks: readonly SeenMark[]): SeenMark[] {
  const byUser = new Map<UserId, SeenMark>();
  for (const mark of marks) {
    if (mark.seq > (byUser.get(mark.user.id)?.seq ?? 0)) byUser.set(mark.user.id, mark);
  }
  return [...byUser.values()].sort((a, b) => b.seq - a.seq).slice(0, 2);
}
