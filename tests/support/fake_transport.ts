import type { Frame, Transport } from "../../ws/transport/transport.ts";

/** A transport whose far end is the test. */
export class FakeTransport implements Transport {
  /** The frames sent, as text. */
  readonly frames: string[] = [];
  pings = 0;
  closed: { code: number; reason: string } | undefined;
  terminated = false;
  /** Unread by the far end, in bytes. */
  buffered = 0;
  /** Whether the far end reads only when the test says so. */
  holds = false;
  #waiting: (() => void)[] = [];

  send(frame: Frame): void {
    this.frames.push(textOf(frame));
  }

  written(): Promise<void> {
    return this.holds ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  /** The far end has read everything sent. */
  take(): void {
    this.buffered = 0;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  terminate(): void {
    this.terminated = true;
  }

  /** The events sent in the JSON encoding. */
  // deno-lint-ignore no-explicit-any -- an event as it came
  get events(): any[] {
    return this.frames.flatMap((frame) => frame.split("\n")).filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  // deno-lint-ignore no-explicit-any -- an event as it came
  all(type: string): any[] {
    return this.events.filter((event) => event.type === type);
  }
}

/** The text in a server's frame (RFC 6455, 5.2). */
export function textOf(frame: Frame): string {
  if (frame[0] !== 0x81) throw new Error(`Not one whole text frame: ${frame[0]}`);
  const [header, length] = frame[1]! < 126
    ? [2, frame[1]!]
    : frame[1] === 126
    ? [4, frame.readUInt16BE(2)]
    : [10, Number(frame.readBigUInt64BE(2))];
  if (frame.length !== header + length) throw new Error(`Frame says ${length} bytes, has ${frame.length - header}`);
  return frame.subarray(header).toString();
}
