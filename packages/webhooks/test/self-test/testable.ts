import { type Canaries, takeCanary } from '../../src/receive/canary.ts'
import type { DedupeStore } from '../../src/receive/dedupe-store.ts'
import type { ReceiverOptions } from '../../src/receive/options.ts'
import { createReceiver, type Receiver } from '../../src/receive/receiver.ts'
import { outcomeReply } from '../../src/receive/reply.ts'
import { normalizeSecrets } from '../../src/receive/secrets.ts'
import { runSelfTest, type SelfTestInput } from '../../src/receive/self-test.ts'
import { secret } from '../receiver-fixture.ts'

/** A receiver to test, and what it should not have done for the sake of a test. */
export interface Testable {
  readonly receiver: Receiver
  readonly selfTest: (url: string | URL, send?: SelfTestInput['send']) => Promise<void>
  /** Every run of a handler, call of the store, and entry of the log. */
  readonly told: readonly string[]
}

/** Makes a receiver with a handler for everything. */
export function makeTestable(options: Partial<ReceiverOptions> = {}, timeoutMs?: number): Testable {
  const told: string[] = []
  const tell = (what: string) => (): never => {
    told.push(what)
    throw new Error(what)
  }
  const verb = tell('store')
  const store: DedupeStore = { claim: verb, renew: verb, checkpoint: verb, complete: verb, release: verb }
  const log = { warn: tell('warn'), error: tell('error') }
  const all: ReceiverOptions = { secret, store, log, ...options }
  const inner = createReceiver(all)
  inner.onAny(tell('handler'))
  inner.onInvalid(tell('handler'))

  const canaries: Canaries = new Map()
  const receiver: Receiver = {
    ...inner,
    receive: async (request) =>
      takeCanary(canaries, request) ? outcomeReply({ kind: 'ignored' }) : inner.receive(request),
  }
  return {
    receiver,
    selfTest: (url, send = fetch) =>
      runSelfTest({
        url,
        send,
        secrets: typeof all.secret === 'function' ? all.secret : normalizeSecrets(all.secret ?? ''),
        maxBodyBytes: inner.maxBodyBytes,
        now: () => new Date(),
        canaries,
        verify: (request) => inner.verify(request),
        ...(timeoutMs !== undefined && { timeoutMs }),
      }),
    told,
  }
}
