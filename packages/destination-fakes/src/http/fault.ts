/**
 * What a fake does wrong. Kinds that end in `-after`, and those said to take effect, change the state of the fake as an
 * undisturbed request would; the others change nothing.
 */
export type Fault =
  /** 429 in the words of the real service; without `Retry-After` when no seconds are given. */
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds?: number }
  /** The connection is reset before anything happened. */
  | { readonly kind: 'reset-before' }
  /** Takes effect, then the connection is reset without an answer. */
  | { readonly kind: 'reset-after' }
  /** The page of a proxy that did not reach the service. */
  | { readonly kind: 'html-502' }
  /** Takes effect, then the page of a proxy that lost the answer. */
  | { readonly kind: 'html-502-after' }
  /** 503 in the words of the real service. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds?: number }
  /** Takes effect; the JSON of the answer is cut in the middle, with the `content-length` of what is left. */
  | { readonly kind: 'truncated' }
  /** Takes effect; the status of success with a page of HTML as its body. */
  | { readonly kind: 'html-success' }
  /** Takes effect at once and is answered `ms` milliseconds later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Never answered, no effect. */
  | { readonly kind: 'hang' }
  /** Takes effect, never answered. */
  | { readonly kind: 'hang-after' }
  /** An answer of the service itself; it takes effect first only with `takesEffect`. */
  | {
      readonly kind: 'error'
      readonly status: number
      readonly body: unknown
      readonly takesEffect?: boolean
    }

/** Which requests get a fault: all, or those of one operation as `RecordedRequest.operation` names it. */
export interface FaultMatch {
  readonly operation?: string
}

/** Faults by chance. Rates are shares of the matching requests, 0..1, and together at most 1. */
export interface ChancePlan {
  /** The same seed and the same requests in the same order give the same faults. */
  readonly seed: number
  readonly rates: readonly { readonly fault: Fault; readonly rate: number; readonly operation?: string }[]
}

/** Whether the request changes the state of the fake before it goes wrong. */
export function takesEffect(fault: Fault): boolean {
  switch (fault.kind) {
    case 'reset-after':
    case 'html-502-after':
    case 'truncated':
    case 'html-success':
    case 'slow':
    case 'hang-after':
      return true
    case 'error':
      return fault.takesEffect ?? false
    default:
      return false
  }
}
