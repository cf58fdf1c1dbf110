import { type ProblemError, unavailable } from '../http/problem.ts'

/** Who may check a signature now. */
export interface SignatureCheckTurns {
  /**
   * Waits until it is the account's turn, then does `work`.
   *
   * @param signal ends the waiting, not the work.
   * @throws ProblemError `unavailable` at once when too many wait, and when `signal` ends the waiting.
   */
  take<Result>(accountId: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>
}

/** How many checks there may be in this process. */
export interface SignatureCheckLimits {
  readonly maxRunning: number
  readonly maxWaiting: number
  readonly maxWaitingOfOneAccount: number
}

/** Gives turns to checks: one for each account at a time, and accounts take turns. */
export function createSignatureCheckTurns(limits: SignatureCheckLimits): SignatureCheckTurns {
  const { maxRunning, maxWaiting, maxWaitingOfOneAccount } = limits
  const running = new Set<string>()
  const waiting: Waiting[] = []

  function isFree(accountId: string): boolean {
    return running.size < maxRunning && !running.has(accountId)
  }

  async function wait(accountId: string, signal: AbortSignal): Promise<void> {
    const own = waiting.filter((other) => other.accountId === accountId)
    if (waiting.length >= maxWaiting || own.length >= maxWaitingOfOneAccount) {
      throw unavailable('Too many checks of signatures wait for their turn.')
    }
    if (signal.aborted) throw outOfTime()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { accountId, start: resolve }
    waiting.push(waiter)
    const leave = (): void => {
      const place = waiting.indexOf(waiter)
      if (place !== -1) waiting.splice(place, 1)
      reject(outOfTime())
    }
    signal.addEventListener('abort', leave)
    await promise.finally(() => signal.removeEventListener('abort', leave))
  }

  function startNext(last: string): void {
    const free = waiting.filter(({ accountId }) => isFree(accountId))
    const next = free.find(({ accountId }) => accountId !== last) ?? free[0]
    if (next === undefined) return
    waiting.splice(waiting.indexOf(next), 1)
    // Before it goes on, so that nobody comes between.
    running.add(next.accountId)
    next.start()
  }

  return {
    async take(accountId, signal, work) {
      if (isFree(accountId)) running.add(accountId)
      else await wait(accountId, signal)
      try {
        return await work()
      } finally {
        running.delete(accountId)
        startNext(accountId)
      }
    },
  }
}

interface Waiting {
  readonly accountId: string
  readonly start: () => void
}

function outOfTime(): ProblemError {
  return unavailable('The check did not get its turn in time.')
}
