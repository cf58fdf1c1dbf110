import { WebhookError } from '../errors.ts'
import type { ReceiverSettings } from './options.ts'
import type { StoreOperation } from './telemetry.ts'

/**
 * Calls one verb of the store; rejects when it rejects or takes longer than `timeoutMs`, having told so.
 *
 * @param timeoutMs Default: the receiver's `storeTimeoutMs`.
 */
export type CallStore = <Result>(
  operation: StoreOperation,
  call: () => Promise<Result>,
  timeoutMs?: number,
) => Promise<Result>

/** Bounds the calls of a receiver to its store. */
export function createCallStore({ storeTimeoutMs, log, telemetry }: ReceiverSettings): CallStore {
  return async (operation, call, timeoutMs = storeTimeoutMs) => {
    try {
      const answer = call()
      // A store in memory has answered by now, and needs no timer.
      const early = await Promise.race([answer, nothingYet])
      return early === pending ? await within(timeoutMs, answer) : early
    } catch (error) {
      log.error(`The store of received events failed to ${operation}.`, { error, operation })
      telemetry?.record({ name: 'store.failed', operation })
      throw error
    }
  }
}

const pending = Symbol('pending')
const nothingYet = Promise.resolve<typeof pending>(pending)

async function within<Result>(timeoutMs: number, answer: Promise<Result>): Promise<Result> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new WebhookError('store_timeout', `The store took longer than ${timeoutMs} ms.`))
  }, timeoutMs)
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
