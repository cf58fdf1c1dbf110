import { tokenBucket, type RateLimit } from '../http/rate-limit.ts'
import type { JiraRoute } from './call.ts'
import { createWriteLimit, defaultWriteWindows, type WriteLimit, type WriteWindow } from './write-limit.ts'

/** How fast the fake lets itself be called. */
export interface JiraLimits {
  /** Requests a second to one operation, by method; default 100 for GET and POST, 50 for PUT and DELETE. */
  readonly perSecond?: Partial<Readonly<Record<JiraRoute['method'], number>>>
  /** Writes to one issue; default 20 in 2 s and 100 in 30 s. */
  readonly issueWrites?: readonly WriteWindow[]
}

/** A request that came too soon. */
export interface TooSoon {
  /** In the words of the header `RateLimit-Reason`. */
  readonly reason: 'jira-burst-based' | 'jira-per-issue-on-write'
  readonly waitMs: number
}

/** The rate limits of one site. */
export interface JiraRates {
  /** Counts a request; `issueId` is the issue that it writes to. */
  take(route: JiraRoute, issueId: string | undefined, now: number): TooSoon | undefined
}

/** Rates by `limits`; `false` admits everything. */
export function createRates(limits: JiraLimits | false = {}): JiraRates {
  if (limits === false) return { take: () => undefined }
  const perSecond = { GET: 100, POST: 100, PUT: 50, DELETE: 50, ...limits.perSecond }
  const buckets = {
    GET: bucket(perSecond.GET),
    // Reading one issue has a bucket half as large again.
    getIssue: bucket(limits.perSecond?.GET ?? 150),
    POST: bucket(perSecond.POST),
    PUT: bucket(perSecond.PUT),
    DELETE: bucket(perSecond.DELETE),
  }
  const writes: WriteLimit = createWriteLimit(limits.issueWrites ?? defaultWriteWindows)
  return {
    take(route, issueId, now) {
      const ofRoute = route.operation === 'getIssue' ? buckets.getIssue : buckets[route.method]
      const burstMs = ofRoute.take(route.operation, now)
      if (burstMs > 0) return { reason: 'jira-burst-based', waitMs: burstMs }
      const writeMs = issueId === undefined ? 0 : writes.take(issueId, now)
      return writeMs > 0 ? { reason: 'jira-per-issue-on-write', waitMs: writeMs } : undefined
    },
  }
}

function bucket(perSecond: number): RateLimit {
  return tokenBucket({ burst: perSecond, everyMs: 1000 / perSecond })
}
