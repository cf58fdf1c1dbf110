/** The sender itself ended an attempt. */
export class EndedBySender extends Error {
  readonly outcome: 'timeout' | 'canceled'

  constructor(outcome: 'timeout' | 'canceled', message: string) {
    super(message)
    this.outcome = outcome
  }
}

/** The end of every attempt when the sender stops. */
export function canceled(): EndedBySender {
  return new EndedBySender('canceled', 'The sender stopped before the answer came.')
}

/** How an attempt is ended before its time, or by it. */
export interface Ending {
  /** Why it was ended, once it was. */
  readonly reason: EndedBySender | undefined
  /** Ends it; the first reason stays. */
  end(reason: EndedBySender): void
  /** Says what the attempt is doing, for the detail of a timeout, and how that is stopped. */
  during(describe: () => string, stop: (reason: EndedBySender) => void): void
  /** Stops the clock: the attempt is over. */
  stop(): void
}

/** The ending of an attempt that starts now and has that much time for everything. */
export function createEnding(timeoutMs: number): Ending {
  let reason: EndedBySender | undefined
  let describe: (() => string) | undefined
  let stop: ((because: EndedBySender) => void) | undefined

  function end(because: EndedBySender): void {
    if (reason !== undefined) return
    reason = because
    stop?.(because)
  }

  const timer = setTimeout(() => {
    end(
      new EndedBySender(
        'timeout',
        `No complete answer within ${timeoutMs} ms: stuck ${describe?.() ?? 'signing'}.`,
      ),
    )
  }, timeoutMs)

  return {
    get reason() {
      return reason
    },
    end,
    during(describeNow, stopNow) {
      describe = describeNow
      stop = stopNow
    },
    stop: () => clearTimeout(timer),
  }
}
