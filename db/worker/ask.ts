import { ChatError, type ErrorCode } from "../errors.ts";

/** A `ChatError` as plain data: structured cloning loses the class. */
interface ToldError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** The reply of a Worker: a value or an error. */
export type Reply = { readonly value: unknown } | { readonly error: unknown; readonly chat?: ToldError };

/** In the Worker: runs `work` and returns its outcome. */
export async function replyOf(work: () => unknown): Promise<Reply> {
  try {
    return { value: await work() };
  } catch (error) {
    return error instanceof ChatError ? { error: undefined, chat: told(error) } : { error };
  }
}

/** In the caller: returns the value or throws the error. */
export function valueOf(reply: Reply): unknown {
  if ("value" in reply) return reply.value;
  throw reply.chat ? new ChatError(reply.chat.code, reply.chat.message, reply.chat) : reply.error;
}

/**
 * Sends a request to a Worker that handles one at a time and answers with a `Reply`. Rejects with the error it throws,
 * or when it fails.
 */
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
