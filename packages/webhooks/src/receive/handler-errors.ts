/**
 * Thrown by a handler for an event that can never succeed, so that nobody tries again: the handler counts as finished. The
 * error is logged and given to `onError`, and the event answered 200 `ignored` when its other handlers succeed as well.
 *
 * @example
 * if (!project) throw new NonRetryableError(`No project tracks ${event.data.framework}.`)
 */
export class NonRetryableError extends Error {
  override readonly name = 'NonRetryableError'
}

/**
 * Thrown by a handler that cannot work at present, such as when what it calls is down or limits its rate: the event is
 * answered 503 with a `Retry-After`, and the sender lets the whole endpoint wait for as long.
 *
 * @example
 * if (response.status === 429) throw new RetryLaterError(60_000, 'The ticket system limits our rate.')
 */
export class RetryLaterError extends Error {
  override readonly name = 'RetryLaterError'
  /** How long to wait, in milliseconds. ComplyWise waits for at most one hour. */
  readonly afterMs: number

  /** @throws {RangeError} when `afterMs` is negative or not a finite number. */
  constructor(
    afterMs: number,
    message = 'The handler asked to be tried again later.',
    options?: ErrorOptions,
  ) {
    super(message, options)
    if (!Number.isFinite(afterMs) || afterMs < 0) throw new RangeError(`afterMs is ${afterMs}.`)
    this.afterMs = afterMs
  }
}
