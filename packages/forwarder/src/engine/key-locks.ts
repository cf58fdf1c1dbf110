import { randomUUID } from 'node:crypto'
import type { Logger } from '@complywise/service'
import type { KeyLock, Ledger } from '../ledger/ledger.ts'
import { createKeyMutex } from './key-mutex.ts'

/** One at a time for each key at each target, in this process and in all others on the same ledger. */
export interface KeyLocks {
  /**
   * Runs `work` under the lock of a key at a target. The lock is kept until `work` has ended, however long that is after
   * `signal` has aborted.
   *
   * @returns `undefined` when it was not free before `signal` aborted.
   */
  run<Result>(
    target: string,
    key: string,
    signal: AbortSignal,
    work: (lock: KeyLock) => Promise<Result>,
  ): Promise<Result | undefined>
  /** Resolves once this process holds no lock. */
  idle(): Promise<void>
}

// A process that was killed keeps its keys so long from others; one that stands still longer loses them.
const leaseMs = 10_000

/** Locks in `ledger`, of the process `owner`. */
export function createKeyLocks(ledger: Ledger, owner: string, now: () => number, logger: Logger): KeyLocks {
  const mutex = createKeyMutex()

  async function acquire(lock: KeyLock, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (await ledger.acquireLock(lock, now(), leaseMs)) return true
      // Not in step with other processes.
      await sleep(20 + Math.random() * 20, signal)
    }
    return false
  }

  function keep(lock: KeyLock): () => void {
    const timer = setInterval(() => {
      ledger.renewLock(lock, now(), leaseMs).catch((error: unknown) => {
        logger.warn(
          { err: error, key: lock.key, target: lock.target },
          'The lock of a key could not be renewed.',
        )
      })
    }, leaseMs / 4)
    timer.unref()
    return () => clearInterval(timer)
  }

  async function release(lock: KeyLock): Promise<void> {
    try {
      await ledger.releaseLock(lock)
    } catch (error) {
      logger.warn({ err: error, key: lock.key, target: lock.target }, 'A lock is left to end with its lease.')
    }
  }

  return {
    async run(target, key, signal, work) {
      const leave = await mutex.enter(JSON.stringify([target, key]), signal)
      if (!leave) return undefined
      try {
        const lock: KeyLock = { target, key, owner, token: randomUUID() }
        if (!(await acquire(lock, signal))) return undefined
        const stopKeeping = keep(lock)
        try {
          return await work(lock)
        } finally {
          stopKeeping()
          await release(lock)
        }
      } finally {
        leave()
      }
    },
    idle: () => mutex.idle(),
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
}
