import { WebhookError } from '../errors.ts'
import type { ReceiverSettings } from './options.ts'
import type { StoreOperation } from './telemetry.ts'

/** Calls one verb of the store; rejects when it rejects or takes longer than `storeTimeoutMs`, having told so. */
export type CallStore = <Result>(operation: StoreOperation, call: () => Promise<Result>) => Promise<Result>

/** Bounds the calls of a receiver to its store. */
export function createCallStore({ storeTimeoutMs, log, telemetry }: ReceiverSettings): CallStore {
  return async (operation, call) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new WebhookError('store_timeout', `The store took longer than ${storeTimeoutMs} ms.`))
      }, storeTimeoutMs)
    })
    try {
      return await Promise.race([call(), timeout])
    } catch (error) {
      log.error(`The store of received events failed to ${operation}.`, { error, operation })
      telemetry.record({ name: 'store.failed', operation })
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}
