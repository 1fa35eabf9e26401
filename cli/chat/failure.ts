/** Ends the client with `status`, after `message` as one line on stderr; an empty message says nothing. */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(message: string, readonly status: 1 | 2 | 130 = 1) {
    super(message);
  }
}
