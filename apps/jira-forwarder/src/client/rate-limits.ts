/** What Jira's limits forbid for now, so that nothing is sent that would be refused. */
export interface RateLimits {
  /** For how many more milliseconds a request is not to be sent; 0 when it may be. */
  waitMs(request: LimitedRequest): number
  /** Remembers a refusal. `reason` is the header `RateLimit-Reason`, which says what the limit is for. */
  refuse(request: LimitedRequest, retryAfterMs: number, reason: string | undefined): void
}

/** A request as far as limits tell requests apart. */
export interface LimitedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
}

const longestMs = 3_600_000

/** Limits of one account at one site. `now` in milliseconds. */
export function createRateLimits(now: () => number): RateLimits {
  const until = new Map<string, number>()
  return {
    waitMs(request) {
      const waits = [everything, issueOf(request), endpointOf(request)]
        .map((scope) => until.get(scope) ?? 0)
        .map((at) => at - now())
      return Math.max(0, ...waits)
    },
    refuse(request, retryAfterMs, reason = '') {
      for (const [scope, at] of until) if (at <= now()) until.delete(scope)
      const scope = reason.includes('per-issue')
        ? issueOf(request)
        : reason.includes('quota') || reason.includes('tenant')
          ? everything
          : endpointOf(request)
      until.set(scope, now() + Math.min(retryAfterMs, longestMs))
    },
  }
}

const everything = 'everything'

/** Only writes count against the limit of an issue. */
function issueOf({ method, path }: LimitedRequest): string {
  const id = /\/issue\/([^/]+)/.exec(path)?.[1] ?? ''
  return method === 'GET' ? 'no issue' : `issue ${id}`
}

function endpointOf({ method, path }: LimitedRequest): string {
  return `${method} ${path.replaceAll(/\/(?:\d+|[A-Z][A-Z0-9_]*(?:-\d+)?)(?=\/|$)/g, '/*')}`
}
