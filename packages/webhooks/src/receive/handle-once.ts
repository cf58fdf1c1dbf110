import { createCallStore } from './call-store.ts'
import type { Claim, DedupeStore, HeldClaim } from './dedupe-store.ts'
import type { BoundHandler } from './handlers.ts'
import { keepLease } from './lease.ts'
import type { ReceiverSettings } from './options.ts'
import type { Outcome } from './outcome.ts'

/** The handlers of one event. */
export interface Work {
  /** What the event is remembered by. */
  readonly key: string
  readonly handlers: readonly BoundHandler[]
  /**
   * Runs some of the handlers; see `runHandlers`.
   *
   * @param onFinished records that a handler need not run again, and says whether to go on.
   */
  run(
    handlers: readonly BoundHandler[],
    claim: HeldClaim | undefined,
    onFinished: (handler: string) => Promise<boolean>,
  ): Promise<Outcome>
  /** Told when the claim was lost while handlers may still run. */
  onLost(reason: unknown): void
}

/** How long the sender is asked to wait while the store cannot be asked. */
const outageMs = 5000
/** Bounds what is remembered of events that the store could not record. */
const maxUnrecorded = 10_000

/**
 * Makes the function that runs the handlers of an event under a claim on it: claim, handle, then complete or release. The
 * event counts as done only once the store says so.
 */
export function createHandleOnce(settings: ReceiverSettings): (work: Work) => Promise<Outcome> {
  const { store } = settings
  return store ? withStore(store, settings) : withoutStore
}

function withoutStore(work: Work): Promise<Outcome> {
  return work.run(work.handlers, undefined, () => Promise.resolve(true))
}

function withStore(store: DedupeStore, settings: ReceiverSettings): (work: Work) => Promise<Outcome> {
  const { leaseMs, retentionMs, storeTimeoutMs, onStoreError, log } = settings
  const callStore = createCallStore(settings)
  // Events whose handlers have all finished while the store could not be told. Their next attempt here only records it.
  const unrecorded = new Set<string>()

  return async function handleOnce(work) {
    const { key } = work
    const askedAt = performance.now()
    let asked: Promise<Claim> | undefined
    let claim: Claim
    try {
      claim = await callStore('claim', () => (asked = store.claim(key, { leaseMs, retentionMs })))
    } catch {
      releaseLate(key, asked)
      if (onStoreError === 'process') {
        if (unrecorded.has(key)) return { kind: 'duplicate' }
        const outcome = await withoutStore(work)
        if (outcome.kind === 'processed' || outcome.kind === 'ignored') remember(key)
        return outcome
      }
      return { kind: 'unavailable', retryAfterMs: outageMs }
    }
    if (claim.kind === 'duplicate') unrecorded.delete(key)
    if (claim.kind !== 'claimed') return claim
    const held = { key, token: claim.token, leaseMs, retentionMs }
    return unrecorded.has(key)
      ? complete(held, { kind: 'duplicate' })
      : handle(work, held, askedAt, claim.finished)
  }

  /** A claim that was won after nobody waited for it any more would hold the event up until its lease ran out. */
  function releaseLate(key: string, asked: Promise<Claim> | undefined): void {
    void asked
      ?.then(
        (claim) =>
          claim.kind === 'claimed' && store.release({ key, token: claim.token, leaseMs, retentionMs }),
      )
      .catch(() => false)
  }

  async function handle(
    work: Work,
    held: HeldClaim,
    askedAt: number,
    finished: readonly string[],
  ): Promise<Outcome> {
    const lease = keepLease(
      held,
      askedAt,
      () => callStore('renew', () => store.renew(held), Math.min(storeTimeoutMs, leaseMs / 3)),
      (reason) => work.onLost(reason),
      (heldMs) =>
        log.warn('Webhook handlers are still running; their event is answered 409.', {
          key: held.key,
          heldMs,
        }),
    )
    let outcome: Outcome
    try {
      const handlers = work.handlers.filter(({ name }) => !finished.includes(name))
      outcome = await work.run(handlers, held, async (handler) => {
        try {
          if (!(await callStore('checkpoint', () => store.checkpoint(held, handler)))) lease.lose()
        } catch {
          // Told already. Completing the event may still succeed, and then nothing was lost.
        }
        return !lease.isLost()
      })
    } finally {
      lease.stop()
    }
    if (outcome.kind === 'processed' || outcome.kind === 'ignored') return complete(held, outcome)
    // One that cannot be released is free when its lease has run out.
    if (!lease.isLost()) await callStore('release', () => store.release(held)).catch(() => false)
    return outcome
  }

  async function complete(held: HeldClaim, outcome: Outcome): Promise<Outcome> {
    try {
      const isRecorded = await callStore('complete', () => store.complete(held))
      unrecorded.delete(held.key)
      return isRecorded ? outcome : { kind: 'in_progress', retryAfterMs: held.leaseMs }
    } catch {
      remember(held.key)
      return { kind: 'unavailable', retryAfterMs: outageMs }
    }
  }

  function remember(key: string): void {
    unrecorded.add(key)
    const [oldest = key] = unrecorded
    if (unrecorded.size > maxUnrecorded) unrecorded.delete(oldest)
  }
}
