/** How many writes one issue takes in any window of this length. */
export interface WriteWindow {
  readonly limit: number
  readonly windowMs: number
}

/** As Jira Cloud documents it. */
export const defaultWriteWindows: readonly WriteWindow[] = [
  { limit: 20, windowMs: 2000 },
  { limit: 100, windowMs: 30_000 },
]

/** Limits the writes to each issue by several sliding windows at once. */
export interface WriteLimit {
  /** Counts a write to the issue at `now`, or says in how many milliseconds one would be taken; that one does not count. */
  take(issueId: string, now: number): number
}

/** A limit that admits what all of `windows` admit. */
export function createWriteLimit(windows: readonly WriteWindow[]): WriteLimit {
  const longestMs = Math.max(0, ...windows.map(({ windowMs }) => windowMs))
  const writes = new Map<string, readonly number[]>()
  return {
    take(issueId, now) {
      const recent = (writes.get(issueId) ?? []).filter((at) => at > now - longestMs)
      const waits = windows.map(({ limit, windowMs }) => {
        const oldest = recent[recent.length - limit]
        return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - now)
      })
      const waitMs = Math.max(0, ...waits)
      writes.set(issueId, waitMs > 0 ? recent : [...recent, now])
      return waitMs
    },
  }
}
