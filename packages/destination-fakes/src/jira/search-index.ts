import type { JiraIssue } from './model.ts'

/** What a search sees: each issue as it was some time ago, and nothing of one that is too new. */
export interface SearchIndex {
  /** Takes a new version of an issue; `undefined` says that it is deleted. */
  put(id: string, issue: JiraIssue | undefined, at: number): void
  /** The issues as a search at `now` sees them. */
  visible(now: number): readonly JiraIssue[]
  /** How far the index lags behind for writes from now on. */
  setDelay(delayMs: () => number): void
}

interface Version {
  readonly visibleAt: number
  readonly issue: JiraIssue | undefined
}

/** An index that shows a write `delayMs()` milliseconds after it was made, the writes of one issue in their order. */
export function createSearchIndex(delayMs: () => number): SearchIndex {
  const versions = new Map<string, readonly Version[]>()
  let delay = delayMs
  return {
    put(id, issue, at) {
      const known = versions.get(id) ?? []
      const visibleAt = Math.max(at + delay(), known.at(-1)?.visibleAt ?? 0)
      // What an older version already hides is never seen again.
      const firstSeen = known.findLastIndex((version) => version.visibleAt <= at)
      versions.set(id, [...known.slice(Math.max(firstSeen, 0)), { visibleAt, issue }])
    },
    visible(now) {
      return [...versions.values()].flatMap((known) => {
        const issue = known.findLast((version) => version.visibleAt <= now)?.issue
        return issue === undefined ? [] : [issue]
      })
    },
    setDelay(next) {
      delay = next
    },
  }
}
