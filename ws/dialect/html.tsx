import { Signal } from "../../views/htmx.tsx";
import { MessageItem, SystemLine } from "../../views/message.tsx";
import { People } from "../../views/people.tsx";
import type { ServerEvent } from "../event.ts";
import type { Dialect } from "./dialect.ts";

/** For browsers: fragments that htmx swaps into the page, and signals that its script reads. */
export const htmlDialect: Dialect = {
  name: "html",
  heartbeat: render(<Signal name="beat" />),
  encode(event) {
    if (event.type !== "history") return render(draw(event));
    const items = event.messages.map((message) => render(<MessageItem message={message} />));
    const marks = event.seen.map(({ user, seq }) => render(<Signal name="seen" by={user.id} seq={seq} />));
    return [...items, ...marks].join("\n");
  },
};

function draw(event: Exclude<ServerEvent, { type: "history" }>) {
  switch (event.type) {
    case "message":
      return <MessageItem message={event.message} />;
    case "users":
      return <People online={event} live />;
    case "system":
      return <SystemLine text={event.content} />;
    case "typing":
      return <Signal name="typing" by={event.user.id} text={event.user.username} />;
    case "seen":
      return <Signal name="seen" by={event.user.id} seq={event.seq} />;
    case "ack":
      return <Signal name="ack" nonce={event.nonce} message={event.id} />;
    case "error":
      return <Signal name="error" nonce={event.nonce} code={event.code} text={event.detail} />;
    case "warning":
      return <Signal name="warning" nonce={event.nonce} count={event.warning_count} text={event.detail} />;
    case "blocked":
      return <Signal name="blocked" text={event.detail} />;
    case "reload":
      return <Signal name="reload" />;
  }
}

/** All our components are synchronous, so what comes is text and never a promise. */
function render(element: unknown): string {
  return String(element);
}
