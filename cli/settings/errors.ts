/** An invalid setting or flag: the program prints this one line and exits with status 2. */
export class UsageError extends Error {}

/** An external problem: the program prints this one line and exits with status 1. */
export class StartError extends Error {}
