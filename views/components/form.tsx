import type { Child } from "hono/jsx";
import type { UserId } from "../../db/model.ts";

interface Props {
  action: string;
  /** The user the page is rendered for. */
  viewer: UserId;
  children: Child;
  id?: string;
  class?: string;
  novalidate?: boolean;
}

/**
 * A form that changes something. It sends the user the page was rendered for, so that it is refused after a login as
 * another user.
 */
export function Form({ viewer, children, ...rest }: Props) {
  return (
    <form method="post" {...rest}>
      <input type="hidden" name="viewer" value={viewer} />
      {children}
    </form>
  );
}
