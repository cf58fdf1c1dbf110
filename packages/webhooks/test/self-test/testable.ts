import type { DedupeStore } from '../../src/receive/dedupe-store.ts'
import type { ReceiverOptions } from '../../src/receive/options.ts'
import { createReceiver, type Receiver } from '../../src/receive/receiver.ts'
import { secret } from '../receiver-fixture.ts'

/** A receiver to test, and what it should not have done for the sake of a test. */
export interface Testable {
  readonly receiver: Receiver
  readonly selfTest: (...parameters: Parameters<Receiver['selfTest']>) => Promise<void>
  /** Every run of a handler, call of the store, and entry of the log. */
  readonly told: readonly string[]
}

/** Makes a receiver with a handler for everything. */
export function makeTestable(options: Partial<ReceiverOptions> = {}): Testable {
  const told: string[] = []
  const tell = (what: string) => (): never => {
    told.push(what)
    throw new Error(what)
  }
  const verb = tell('store')
  const store: DedupeStore = { claim: verb, renew: verb, checkpoint: verb, complete: verb, release: verb }
  const log = { warn: tell('warn'), error: tell('error') }
  const receiver = createReceiver({ secret, store, log, ...options })
    .onAny(tell('handler'))
    .onInvalid(tell('handler'))
  return { receiver, selfTest: (url, send) => receiver.selfTest(url, send), told }
}
