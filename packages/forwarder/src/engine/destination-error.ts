/**
 * What a failed operation means for its event.
 *
 * | Kind        | Was it done? | The event                                                                             |
 * | ----------- | ------------ | ------------------------------------------------------------------------------------- |
 * | `retry`     | no           | comes again, after `retryAfterMs`                                                     |
 * | `ambiguous` | nobody knows | comes again, and what was done is looked for first                                    |
 * | `operator`  | no           | comes again, until somebody has done what `fix` says; the process reports not ready    |
 * | `payload`   | no, never    | goes to the dead-letter file                                                          |
 */
export type DestinationErrorKind = 'retry' | 'ambiguous' | 'operator' | 'payload'

/** An operation that failed. */
export class DestinationError extends Error {
  override readonly name = 'DestinationError'
  readonly kind: DestinationErrorKind
  /** Stable, with the destination's name: `slack_rate_limited`. Shown to the sender, so it tells nothing internal. */
  readonly code: string
  /** How long the destination asked to wait; `undefined` when it did not say. */
  readonly retryAfterMs: number | undefined
  /** What somebody has to do; for `operator`. */
  readonly fix: string | undefined

  /** `message` says what was wrong and where, without secrets. */
  constructor(
    kind: DestinationErrorKind,
    code: string,
    message: string,
    options: { readonly retryAfterMs?: number; readonly fix?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.code = code
    this.retryAfterMs = options.retryAfterMs
    this.fix = options.fix
  }
}
