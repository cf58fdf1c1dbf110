/** Everything that decides what happens to a delivery next, read at one instant by the database's clock. */
export interface DeliverySituation {
  readonly now: Date
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled'
  /** Why it failed or was canceled. */
  readonly reason: string | null
  readonly isTest: boolean
  readonly attemptCount: number
  readonly failureCount: number
  readonly lastOutcome: string | null
  /** `null` once nothing more is owed. */
  readonly dueAt: Date | null
  /** Until when a dispatcher has it. */
  readonly leaseUntil: Date | null
  /** The delivery that has to be completed before, where the order is kept. */
  readonly behind: string | null
  readonly subscription: SubscriptionSituation
}

/** What of a subscription decides on its deliveries. */
export interface SubscriptionSituation {
  readonly state: 'active' | 'paused' | 'disabled'
  readonly stateReason: string | null
  /** Since when it is in that state; `null` when that is not recorded. */
  readonly stateSince: Date | null
  readonly heldUntil: Date | null
  readonly isProbing: boolean
  readonly isDeleted: boolean
}

/** Why a delivery is where it is, and what comes next. */
export interface Explanation {
  readonly code: ExplanationCode
  /** One English sentence or two. */
  readonly detail: string
  /** What happens next; `null` when nothing does. */
  readonly next: string | null
  /** When, at the earliest; `null` when nothing happens by itself, or it happens at once. */
  readonly nextAt: Date | null
}

/** What an explanation is about. */
export const explanationCodes = [
  'in_flight',
  'lease_expired',
  'subscription_deleted',
  'disabled',
  'paused',
  'behind',
  'probed',
  'held',
  'blocked',
  'retrying',
  'postponed',
  'due',
  'succeeded',
  'exhausted',
  'test_failed',
  'failed',
  'canceled',
] as const

/** One of {@link explanationCodes}. */
export type ExplanationCode = (typeof explanationCodes)[number]

/** Says why a delivery is where it is. `maxAttempts` is the retry policy's. */
export function explainDelivery(situation: DeliverySituation, maxAttempts: number): Explanation {
  const { status, attemptCount, reason } = situation
  if (status === 'succeeded') return done('succeeded', `The endpoint accepted it on attempt ${attemptCount}.`)
  if (status === 'failed') return explainFailed(situation)
  if (status === 'canceled') {
    return done('canceled', cancelReasons[reason ?? ''] ?? `It was canceled: ${reason}.`)
  }
  return explainClaim(situation) ?? explainSubscription(situation) ?? explainTurn(situation, maxAttempts)
}

function explainFailed({ reason, isTest, attemptCount, lastOutcome }: DeliverySituation): Explanation {
  if (reason === 'test_interrupted') {
    return done(
      'test_failed',
      'A test is attempted once, and the sender stopped meanwhile; whether it arrived is unknown.',
    )
  }
  if (isTest) return done('test_failed', `A test is attempted once; it ended as ${lastOutcome}.`)
  if (reason === null || reason === 'retries_exhausted') {
    return done(
      'exhausted',
      `It was given up after ${attemptCount} attempts; the last ended as ${lastOutcome}.`,
    )
  }
  if (reason === 'attempts_lost') {
    return done(
      'failed',
      'It was given up: too often, the sender stopped during an attempt, whose outcome is unknown.',
    )
  }
  return done('failed', `It was given up: ${reason}.`)
}

const cancelReasons: Readonly<Record<string, string>> = {
  subscription_deleted: 'Its subscription was deleted.',
  backlog_expired: 'Its subscription was paused or disabled for longer than deliveries are kept for one.',
  backlog_full: 'Its subscription was paused or disabled, and had more deliveries than are kept for one.',
}

function done(code: ExplanationCode, detail: string): Explanation {
  return { code, detail, next: null, nextAt: null }
}

function explainClaim({ now, leaseUntil, attemptCount, isTest }: DeliverySituation): Explanation | undefined {
  if (leaseUntil === null) return undefined
  if (leaseUntil > now) {
    return {
      code: 'in_flight',
      detail: `Attempt ${attemptCount} is being made.`,
      next: isTest
        ? 'The outcome of the attempt is recorded; if the sender stops meanwhile, it is given up: a test is attempted once.'
        : 'The outcome of the attempt is recorded; if the sender stops meanwhile, another takes over from then on.',
      nextAt: leaseUntil,
    }
  }
  return {
    code: 'lease_expired',
    detail: `The sender stopped during attempt ${attemptCount}.`,
    next: isTest
      ? 'It is given up: a test is attempted once.'
      : 'Another attempt, by the next dispatcher that has room for it.',
    nextAt: null,
  }
}

function explainSubscription({
  now,
  subscription,
  dueAt,
  behind,
  lastOutcome,
}: DeliverySituation): Explanation | undefined {
  const { state, stateReason, stateSince, heldUntil, isProbing, isDeleted } = subscription
  const since = stateSince === null ? '' : ` since ${stateSince.toISOString()}`
  if (isDeleted) {
    const next = 'It is canceled.'
    return { code: 'subscription_deleted', detail: 'Its subscription was deleted.', next, nextAt: null }
  }
  if (state === 'disabled') {
    const reason = disableReasons[stateReason ?? 'requested'] ?? `: ${stateReason}`
    const detail = `Its subscription is disabled${since}${reason}.`
    return {
      code: 'disabled',
      detail,
      next: 'It is attempted once the subscription is enabled.',
      nextAt: null,
    }
  }
  if (state === 'paused') {
    const detail = `Its subscription is paused${since}.`
    return { code: 'paused', detail, next: 'It is attempted once the subscription is resumed.', nextAt: null }
  }
  const opensAt = heldUntil !== null && heldUntil > now ? later(heldUntil, dueAt) : null
  if (isProbing) {
    const nextAt = later(opensAt ?? now, dueAt)
    return {
      code: 'probed',
      detail:
        'Its endpoint failed again and again, has a new URL, or was just resumed: one delivery at a time is attempted.',
      next: 'One of the subscription’s deliveries is attempted. Once one succeeds, all the others follow.',
      nextAt: nextAt > now ? nextAt : null,
    }
  }
  if (opensAt !== null && lastOutcome !== 'ssrf_blocked') {
    const detail = 'Its endpoint asked to wait, or nothing can be sent to it just now.'
    return { code: 'held', detail, next: 'It is attempted.', nextAt: opensAt }
  }
  if (behind !== null) {
    const next = 'It is attempted once that one is completed.'
    return { code: 'behind', detail: `The order is kept, and ${behind} comes before it.`, next, nextAt: null }
  }
  return undefined
}

const disableReasons: Readonly<Record<string, string>> = {
  requested: ', on request',
  repeated_failures: ', after repeated failures',
  endpoint_gone: ', as its endpoint answered 410 Gone',
}

function explainTurn(situation: DeliverySituation, maxAttempts: number): Explanation {
  const { now, dueAt, attemptCount, failureCount, lastOutcome, isTest } = situation
  const attempt = isTest ? 'The only attempt' : `Attempt ${attemptCount + 1}`
  // Attempts that the sender broke off are numbered, too, but do not bring it nearer to being given up.
  const failures = isTest ? '' : `; ${failureCount} of at most ${maxAttempts} failures so far`
  if (dueAt === null || dueAt <= now) {
    const next = `${attempt}, by the next dispatcher that has room for it${failures}.`
    return { code: 'due', detail: 'It is due.', next, nextAt: null }
  }
  if (lastOutcome === 'ssrf_blocked') {
    const detail = 'The address of its endpoint is one that nothing is sent to.'
    const nextAt = later(dueAt, situation.subscription.heldUntil)
    const next = `${attempt}, if the address is another one then${failures}.`
    return { code: 'blocked', detail, next, nextAt }
  }
  if (failureCount > 0) {
    const detail = `The last attempt ended as ${lastOutcome}.`
    return { code: 'retrying', detail, next: `${attempt}${failures}.`, nextAt: dueAt }
  }
  const detail = `The sender could not attempt it, through no fault of the endpoint (${lastOutcome}).`
  return { code: 'postponed', detail, next: `${attempt}${failures}.`, nextAt: dueAt }
}

function later(a: Date, b: Date | null): Date {
  return b !== null && b > a ? b : a
}
