export type Status = "ok" | "warning" | "failure";

/** The result of one check. */
export interface Finding {
  /** The name of the check; several findings may share it. */
  readonly name: string;
  readonly status: Status;
  /** The result, on one line. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
  /** The result for scripts: sizes in bytes, times in ms since 1970. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export function ok(name: string, text: string, facts?: Finding["facts"]): Finding {
  return { name, status: "ok", text, ...(facts ? { facts } : {}) };
}

export function warning(name: string, text: string, advice: string, facts?: Finding["facts"]): Finding {
  return { name, status: "warning", text, advice, ...(facts ? { facts } : {}) };
}

export function failure(name: string, text: string, advice: string, facts?: Finding["facts"]): Finding {
  return { name, status: "failure", text, advice, ...(facts ? { facts } : {}) };
}

/** The worst status of all findings. */
export function worst(findings: readonly Finding[]): Status {
  const among = (status: Status) => findings.some((finding) => finding.status === status);
  return among("failure") ? "failure" : among("warning") ? "warning" : "ok";
}
