import { ChatError, type ErrorCode } from "../errors.ts";

/** A `ChatError` on its way between threads: its class does not survive that. */
interface ToldError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** What a thread says to a question: what came of it, or what was thrown. */
export type Reply = { readonly value: unknown } | { readonly error: unknown; readonly chat?: ToldError };

/** In the thread: does the work and tells what came of it. */
export async function replyOf(work: () => unknown): Promise<Reply> {
  try {
    return { value: await work() };
  } catch (error) {
    return error instanceof ChatError ? { error: undefined, chat: told(error) } : { error };
  }
}

/** Where it was asked: the value, or throws what was thrown there. */
export function valueOf(reply: Reply): unknown {
  if ("value" in reply) return reply.value;
  throw reply.chat ? new ChatError(reply.chat.code, reply.chat.message, reply.chat) : reply.error;
}

/** Asks a thread that answers one question at a time, with a `Reply`. Rejects with what it throws, and when it fails. */
export async function ask(worker: Worker, question: unknown): Promise<unknown> {
  const reply = await new Promise<Reply>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(question);
  });
  return valueOf(reply);
}

function told({ code, message, field, retryAfter, cause }: ChatError): ToldError {
  return {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(cause === undefined ? {} : { cause }),
  };
}
