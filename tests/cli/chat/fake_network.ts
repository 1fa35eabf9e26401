import type { LinkListener } from "../../../cli/chat/link.ts";
import type { Environment } from "../../../cli/chat/environment.ts";

/** A connection whose server is played by the test. */
export interface FakeLink extends LinkListener {
  readonly address: URL;
  /** The frames that the client sent, parsed. */
  readonly sent: { type: string; content?: string; nonce?: string; id?: number }[];
  readonly isClosed: boolean;
  /** Opens and sends the events in one frame. */
  opens(...events: object[]): void;
  /** Sends the events in one frame. */
  sends(...events: object[]): void;
}

/** A clock and a network that the test moves. */
export class FakeNetwork implements Environment {
  readonly links: FakeLink[] = [];
  /** The pending timers, in ms. */
  readonly waits: number[] = [];
  #time = 0;
  #timers: { at: number; resolve: () => void }[] = [];

  /** The connection dialled last. */
  get link(): FakeLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error("Nothing was dialled");
    return link;
  }

  readonly dial: Environment["dial"] = (address, _token, listener) => {
    const sent: FakeLink["sent"] = [];
    let isClosed = false;
    const sends = (...events: object[]) => listener.onFrame(events.map((event) => JSON.stringify(event)).join("\n"));
    this.links.push({
      address,
      sent,
      get isClosed() {
        return isClosed;
      },
      onOpen: () => listener.onOpen(),
      onFrame: (frame) => listener.onFrame(frame),
      onEnd: (end) => listener.onEnd(end),
      sends,
      opens(...events) {
        listener.onOpen();
        sends(...events);
      },
    });
    return {
      send: (frame) => void sent.push(JSON.parse(frame)),
      close: () => isClosed = true,
    };
  };

  readonly fetch = () => Promise.reject(new Error("No network"));
  readonly now = () => this.#time;
  /** The client's random number. */
  chance = 0;
  readonly random = () => this.chance;

  readonly wait = (ms: number, signal?: AbortSignal): Promise<void> => {
    this.waits.push(ms);
    return new Promise((resolve) => {
      this.#timers.push({ at: this.#time + ms, resolve });
      signal?.addEventListener("abort", () => resolve());
    });
  };

  /** Advances by `ms`, and runs everything due by then. */
  async pass(ms: number): Promise<void> {
    this.#time += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#time);
    this.#timers = this.#timers.filter(({ at }) => at > this.#time);
    for (const { resolve } of due) resolve();
    await calm();
  }
}

/** Resolves when all pending tasks that need no time have run. */
export async function calm(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
