import type { Claim } from '../../receive/dedupe-store.ts'
import type { HeldOperation } from '../faulty-store.ts'

/** A time on the store's clock, in milliseconds, as far as it is known from outside. */
export interface StoreTime {
  readonly earliestMs: number
  readonly latestMs: number
}

/**
 * One call of a store on one event, with when it was asked and answered: by a counter for the order, and by the store's
 * clock for leases. Calls that overlap may have taken effect in either order.
 */
export interface Call {
  readonly operation: 'claim' | HeldOperation
  /** The token: of the claim that was won, or that the call was given. */
  readonly token: string | undefined
  /** The handler that `checkpoint` was given. Each call has its own. */
  readonly handler: string
  readonly answer: Claim | boolean
  readonly askedAt: number
  readonly answeredAt: number
  readonly askedTime: StoreTime
  readonly answeredTime: StoreTime
}

/** All calls on one event. */
export type History = readonly Call[]

/** What no order of the calls can explain, in words, with the calls that show it. */
export interface Contradiction {
  readonly rule: string
  readonly calls: readonly Call[]
}

// Clocks do not go equally fast, and some round.
const toleranceMs = 50

/**
 * Looks for something in a history that no correct store could have answered, whatever happened in what order.
 *
 * @param leaseMs the lease of all claims; their retention is taken not to end.
 */
export function findContradiction(history: History, leaseMs: number): Contradiction | undefined {
  for (const call of history) {
    const contradiction =
      call.operation === 'claim' ? judgeClaim(call, history, leaseMs) : judgeHeld(call, history)
    if (contradiction) return contradiction
  }
  return undefined
}

function judgeClaim(claim: Call, history: History, leaseMs: number): Contradiction | undefined {
  const completed = succeeded(history, 'complete')
  const done = completed.find((call) => isBefore(call, claim))
  if (done && kindOf(claim) !== 'duplicate') {
    return { rule: 'an event is claimed or in progress after it was completed', calls: [done, claim] }
  }
  if (kindOf(claim) === 'duplicate' && !completed.some((call) => mayPrecede(call, claim))) {
    return { rule: 'an event is a duplicate, and nobody completed it', calls: [claim] }
  }
  if (kindOf(claim) === 'in_progress') return judgeInProgress(claim, history, leaseMs)
  if (kindOf(claim) === 'duplicate') return undefined
  return judgeWon(claim, history, leaseMs) ?? judgeFinished(claim, history)
}

function judgeInProgress(claim: Call, history: History, leaseMs: number): Contradiction | undefined {
  const grants = [...won(history), ...succeeded(history, 'renew')]
  const isRunning = (grant: Call): boolean =>
    mayPrecede(grant, claim) &&
    claim.askedTime.earliestMs < grant.answeredTime.earliestMs + leaseMs + toleranceMs
  if (grants.some(isRunning)) return undefined
  return { rule: 'an event is in progress while no lease runs', calls: [claim] }
}

function judgeWon(claim: Call, history: History, leaseMs: number): Contradiction | undefined {
  for (const other of won(history)) {
    if (other === claim) continue
    if (other.token === claim.token) return { rule: 'two claims have the same token', calls: [other, claim] }
    if (isBefore(claim, other) || wasGivenBack(other, claim, history)) continue
    // Of two that overlap, this may have been the first.
    const isFirst = !isBefore(other, claim) && !isInLease(other, claim, leaseMs)
    if (isFirst || wasGivenBack(claim, other, history)) continue
    const grants = [other, ...renewals(other, claim, history)]
    const running = grants.find((grant) => isInLease(claim, grant, leaseMs))
    if (running) {
      return { rule: 'an event is claimed while the lease of another runs', calls: [running, claim] }
    }
  }
  return undefined
}

function judgeFinished(claim: Call, history: History): Contradiction | undefined {
  const answer = claim.answer
  const finished = typeof answer === 'object' && answer.kind === 'claimed' ? answer.finished : []
  const marks = history.filter((call) => call.operation === 'checkpoint')
  const forgotten = marks.find(
    (mark) => mark.answer === true && isBefore(mark, claim) && !finished.includes(mark.handler),
  )
  if (forgotten) return { rule: 'a checkpoint is forgotten', calls: [forgotten, claim] }
  const isKnown = (name: string): boolean =>
    marks.some((mark) => mark.handler === name && mark.answer === true && mayPrecede(mark, claim))
  if (finished.every(isKnown)) return undefined
  return { rule: 'a handler is finished that no checkpoint said so of', calls: [claim] }
}

function judgeHeld(call: Call, history: History): Contradiction | undefined {
  const own = won(history).find(({ token }) => token === call.token)
  const isOver = (end: Call): boolean => end.token === call.token && end !== call
  const releases = succeeded(history, 'release').filter(isOver)
  const completes = succeeded(history, 'complete').filter(isOver)
  const others = won(history).filter((claim) => claim.token !== call.token)
  const ends = [...releases, ...(call.operation === 'complete' ? [] : completes)]
  if (call.answer === true) {
    const end = ends.find((end) => isBefore(end, call))
    if (end) return { rule: 'a claim can do something after it was given up', calls: [end, call] }
    const holder = others.find((claim) => own && isBefore(own, claim) && isBefore(claim, call))
    if (holder) return { rule: 'a former holder can do something', calls: [holder, call] }
    const rival = succeeded(history, 'complete').find(({ token }) => token !== call.token)
    if (call.operation === 'complete' && rival) {
      return { rule: 'two claims complete the same event', calls: [rival, call] }
    }
    return undefined
  }
  const isExplained =
    ends.some((end) => mayPrecede(end, call)) ||
    others.some((claim) => mayPrecede(claim, call) && !(own && isBefore(claim, own)))
  if (isExplained) return undefined
  return { rule: 'a holder that nobody displaced is told that its claim is lost', calls: [call] }
}

function kindOf({ answer }: Call): Claim['kind'] | undefined {
  return typeof answer === 'object' ? answer.kind : undefined
}

function won(history: History): History {
  return history.filter((call) => kindOf(call) === 'claimed')
}

function succeeded(history: History, operation: HeldOperation): History {
  return history.filter((call) => call.operation === operation && call.answer === true)
}

function renewals({ token }: Call, claim: Call, history: History): History {
  return succeeded(history, 'renew').filter((call) => call.token === token && isBefore(call, claim))
}

function wasGivenBack({ token }: Call, claim: Call, history: History): boolean {
  return succeeded(history, 'release').some((call) => call.token === token && mayPrecede(call, claim))
}

/** Whether `claim` was answered while the lease that `grant` gave was still running. */
function isInLease(claim: Call, grant: Call, leaseMs: number): boolean {
  return claim.answeredTime.latestMs + toleranceMs < grant.askedTime.latestMs + leaseMs
}

function isBefore(one: Call, two: Call): boolean {
  return one.answeredAt < two.askedAt
}

function mayPrecede(one: Call, two: Call): boolean {
  return one.askedAt < two.answeredAt
}
