import type { Child } from "hono/jsx";
import type { UserId } from "../../db/model.ts";

interface Props {
  action: string;
  /** Whose page it stands on. */
  viewer: UserId;
  children: Child;
  id?: string;
  class?: string;
  novalidate?: boolean;
}

/** Every form that changes something: it says whose page it stands on, and nobody else's login is used for it. */
export function Form({ viewer, children, ...rest }: Props) {
  return (
    <form method="post" {...rest}>
      <input type="hidden" name="viewer" value={viewer} />
      {children}
    </form>
  );
}
