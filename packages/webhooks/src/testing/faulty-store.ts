import type { DedupeStore, HeldClaim } from '../receive/dedupe-store.ts'
import type { StoreOperation } from '../receive/telemetry.ts'

/** A store whose next calls go wrong as a test says. Each fault is used up by one call; several of a verb queue up. */
export interface FaultyStore extends DedupeStore {
  /**
   * The next call of `operation` rejects. `before`, the default: the store was not reached. `after`: it did as it was
   * asked, and only its answer is lost.
   */
  failNext(operation: StoreOperation, when?: 'before' | 'after'): FaultyStore
  /** The next call of `operation` is never answered, and the store not reached. */
  hangNext(operation: StoreOperation): FaultyStore
  /**
   * The next call of `operation` learns that the claim is lost, as do all later calls that hold the same claim. To
   * everybody else the event stays claimed until the lease runs out.
   */
  loseNext(operation: HeldOperation): FaultyStore
}

/** A verb that takes a claim which is held. */
export type HeldOperation = Exclude<StoreOperation, 'claim'>

/**
 * Wraps a store, to test what becomes of events when it fails.
 *
 * @example
 * const store = faultyStore(memoryStore()).failNext('complete').loseNext('renew')
 * const receiver = createReceiver({ secret, store })
 */
export function faultyStore(store: DedupeStore): FaultyStore {
  const faults = new Map<StoreOperation, Fault[]>()
  const lostTokens = new Set<string>()

  async function run<Result>(
    operation: StoreOperation,
    ask: (fault: Fault | undefined) => Promise<Result>,
  ): Promise<Result> {
    const fault = faults.get(operation)?.shift()
    if (fault === 'hang') return new Promise<never>(() => {})
    if (fault === 'fail before') throw unreachable(operation)
    const result = await ask(fault)
    if (fault === 'fail after') throw unreachable(operation)
    return result
  }

  function runHeld(
    operation: HeldOperation,
    { token }: HeldClaim,
    ask: () => Promise<boolean>,
  ): Promise<boolean> {
    return run(operation, async (fault) => {
      if (fault === 'lose') lostTokens.add(token)
      return !lostTokens.has(token) && ask()
    })
  }

  function queue(operation: StoreOperation, fault: Fault): FaultyStore {
    faults.set(operation, [...(faults.get(operation) ?? []), fault])
    return faulty
  }

  const faulty: FaultyStore = {
    claim: (key, terms) => run('claim', () => store.claim(key, terms)),
    renew: (claim) => runHeld('renew', claim, () => store.renew(claim)),
    checkpoint: (claim, handler) => runHeld('checkpoint', claim, () => store.checkpoint(claim, handler)),
    complete: (claim) => runHeld('complete', claim, () => store.complete(claim)),
    release: (claim) => runHeld('release', claim, () => store.release(claim)),
    failNext: (operation, when = 'before') => queue(operation, `fail ${when}`),
    hangNext: (operation) => queue(operation, 'hang'),
    loseNext: (operation) => queue(operation, 'lose'),
  }
  return faulty
}

type Fault = 'fail before' | 'fail after' | 'hang' | 'lose'

function unreachable(operation: StoreOperation): Error {
  return new Error(`The store failed to ${operation}, as this test asked it to.`)
}
