import type { Finding } from '../diagnose/finding.ts'
import type { RejectionCode } from '../errors.ts'

/** A request that was refused, for `onRejected`. It holds no secret and no body. */
export interface Rejection {
  readonly code: RejectionCode
  /** What it was answered with. */
  readonly status: number
  /** More about it: names of fields, times, and nothing else that was sent. */
  readonly detail: string | undefined
  /**
   * What is likely wrong, with evidence and a fix, when a signature did not match. Looked for once a second at most,
   * because strangers can cause it too.
   */
  readonly finding: Finding | undefined
  /** As the request says; not verified. */
  readonly deliveryId: string | undefined
}
