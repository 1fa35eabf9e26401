/** A setting or flag that cannot be accepted: the program ends with status 2 and this one line. */
export class UsageError extends Error {}

/** Something outside the program keeps it from starting: it ends with status 1 and this one line. */
export class StartError extends Error {}
