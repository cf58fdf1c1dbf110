/** What one check found. */
export interface Finding {
  /** What was looked at: `database`, `smtp`. */
  readonly check: string
  readonly status: 'ok' | 'warn' | 'fail'
  /** What was seen. Never holds a secret. */
  readonly detail: string
  /** What to do about it. */
  readonly remedy?: string
}

/** Nothing to do. */
export function ok(check: string, detail: string): Finding {
  return { check, status: 'ok', detail }
}

/** The sender works, but not as it should. */
export function warn(check: string, detail: string, remedy: string): Finding {
  return { check, status: 'warn', detail, remedy }
}

/** The sender, or what depends on this part of it, does not work. */
export function fail(check: string, detail: string, remedy: string): Finding {
  return { check, status: 'fail', detail, remedy }
}
