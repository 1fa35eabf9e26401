/** Ends the client with `status`, after printing `message` on stderr unless it is empty. */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(message: string, readonly status: 1 | 2 | 130 = 1) {
    super(message);
  }
}
