import type { Claim, ClaimTerms, DedupeStore, HeldClaim } from '../../receive/dedupe-store.ts'
import type { DedupeStoreHarness } from './dedupe-store-harness.ts'

/** Long enough for a claim not to run out during a check, on whatever machine. */
export const longTerms: ClaimTerms = { leaseMs: 60_000, retentionMs: 7 * 24 * 3_600_000 }

/** What runs out when {@link elapse} lets time pass; no check depends on it not having run out. */
export const briefMs = 400

/** Terms with a lease that can be waited for. */
export const briefLease: ClaimTerms = { ...longTerms, leaseMs: briefMs }

/** A claim that was won, with the handlers that had finished before. */
export interface Won extends HeldClaim {
  readonly finished: readonly string[]
}

/** A key that nobody used before. */
export function newKey(): string {
  return `contract/${globalThis.crypto.randomUUID()}`
}

/** Lets everything run out that lasts {@link briefMs}. */
export function elapse(harness: DedupeStoreHarness): Promise<void> {
  return pass(harness, 1.5 * briefMs)
}

/** Lets time pass. */
export async function pass(harness: DedupeStoreHarness, ms: number): Promise<void> {
  if (harness.advance) return harness.advance(ms)
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** Claims `key`; throws unless the claim is won. */
export async function win(store: DedupeStore, key: string, terms: ClaimTerms, when: string): Promise<Won> {
  const claim = await store.claim(key, terms)
  if (claim.kind !== 'claimed') throw new Error(`expected to claim ${when}, but was told ${show(claim)}`)
  if (typeof claim.token !== 'string' || !Array.isArray(claim.finished)) {
    throw new Error(`expected a token and the finished handlers, but was given ${show(claim)}`)
  }
  return { key, token: claim.token, finished: claim.finished, ...terms }
}

/** Claims `key`; throws unless the answer is `kind`. */
export async function expectClaim(
  kind: 'in_progress' | 'duplicate',
  store: DedupeStore,
  key: string,
  when: string,
  terms = longTerms,
): Promise<Claim> {
  const claim = await store.claim(key, terms)
  expectThat(claim.kind === kind, `a claim to be told "${kind}" ${when}`, claim)
  return claim
}

/** Throws, saying what was expected and what was seen, unless `holds`. */
export function expectThat(holds: boolean, expected: string, seen: unknown): void {
  if (!holds) throw new Error(`expected ${expected}, but saw ${show(seen)}`)
}

/** Throws unless `finished` has exactly `names`, in any order. */
export function expectFinished(finished: readonly string[], names: readonly string[], when: string): void {
  const isSame = show(finished.toSorted()) === show(names.toSorted())
  expectThat(isSame, `${show(names)} to be the finished handlers ${when}`, finished)
}

/** A value as text. */
export function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
