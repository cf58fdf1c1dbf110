import { expect, it } from 'vitest'
import {
  type DeliverySituation,
  explainDelivery,
  explanationCodes,
  type SubscriptionSituation,
} from '../../src/domain/explain-delivery.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
const earlier = new Date('2026-03-01T11:00:00.000Z')
const soon = new Date('2026-03-01T12:01:00.000Z')
const later = new Date('2026-03-01T13:00:00.000Z')

const healthy: SubscriptionSituation = {
  state: 'active',
  stateReason: null,
  stateSince: null,
  heldUntil: null,
  isProbing: false,
  isDeleted: false,
}

const due: DeliverySituation = {
  now,
  status: 'pending',
  reason: null,
  isTest: false,
  attemptCount: 0,
  failureCount: 0,
  lastOutcome: null,
  dueAt: earlier,
  leaseUntil: null,
  behind: null,
  subscription: healthy,
}

const retrying: DeliverySituation = {
  ...due,
  attemptCount: 3,
  failureCount: 2,
  lastOutcome: 'http_503',
  dueAt: later,
}

const done = { dueAt: null, attemptCount: 10, failureCount: 10, lastOutcome: 'timeout' }

function of(subscription: Partial<SubscriptionSituation>, from = retrying): DeliverySituation {
  return { ...from, subscription: { ...healthy, ...subscription } }
}

interface Row {
  readonly name: string
  readonly situation: DeliverySituation
  readonly code: string
  readonly says: string
  readonly next: string | null
  readonly nextAt: Date | null
}

const rows: readonly Row[] = [
  {
    name: 'due',
    situation: due,
    code: 'due',
    says: 'is due',
    next: 'Attempt 1, by the next dispatcher that has room for it; 0 of at most 10 failures so far.',
    nextAt: null,
  },
  {
    name: 'a test that is due',
    situation: { ...due, isTest: true },
    code: 'due',
    says: 'is due',
    next: 'The only attempt',
    nextAt: null,
  },
  {
    name: 'waiting for a retry',
    situation: retrying,
    code: 'retrying',
    says: 'ended as http_503',
    next: 'Attempt 4; 2 of at most 10 failures so far.',
    nextAt: later,
  },
  {
    name: 'refused because of its address',
    situation: { ...retrying, lastOutcome: 'ssrf_blocked' },
    code: 'blocked',
    says: 'address',
    next: 'if the address is another one',
    nextAt: later,
  },
  {
    name: 'refused because of its address, as all of its subscription are',
    situation: of({ heldUntil: later }, { ...retrying, dueAt: soon, lastOutcome: 'ssrf_blocked' }),
    code: 'blocked',
    says: 'address',
    next: 'if the address is another one',
    nextAt: later,
  },
  {
    name: 'put off by the sender’s own fault',
    situation: { ...due, attemptCount: 1, lastOutcome: 'internal', dueAt: soon },
    code: 'postponed',
    says: 'no fault of the endpoint (internal)',
    next: 'Attempt 2; 0 of at most 10 failures so far.',
    nextAt: soon,
  },
  {
    name: 'being attempted',
    situation: { ...retrying, dueAt: earlier, leaseUntil: soon },
    code: 'in_flight',
    says: 'Attempt 3 is being made',
    next: 'outcome',
    nextAt: soon,
  },
  {
    name: 'that is a test and being attempted',
    situation: { ...due, isTest: true, attemptCount: 1, leaseUntil: soon },
    code: 'in_flight',
    says: 'Attempt 1 is being made',
    next: 'it is given up: a test is attempted once.',
    nextAt: soon,
  },
  {
    name: 'being attempted while its subscription is disabled',
    situation: { ...of({ state: 'disabled' }), leaseUntil: soon },
    code: 'in_flight',
    says: 'Attempt 3',
    next: 'outcome',
    nextAt: soon,
  },
  {
    name: 'left behind by a sender that stopped',
    situation: { ...retrying, leaseUntil: earlier },
    code: 'lease_expired',
    says: 'stopped during attempt 3',
    next: 'Another attempt',
    nextAt: null,
  },
  {
    name: 'that is a test and was left behind by a sender that stopped',
    situation: { ...retrying, isTest: true, leaseUntil: earlier },
    code: 'lease_expired',
    says: 'stopped during attempt 3',
    next: 'given up',
    nextAt: null,
  },
  {
    name: 'of a deleted subscription',
    situation: of({ isDeleted: true, state: 'paused' }),
    code: 'subscription_deleted',
    says: 'deleted',
    next: 'canceled',
    nextAt: null,
  },
  {
    name: 'of a disabled subscription',
    situation: of({ state: 'disabled', stateReason: 'endpoint_gone', stateSince: earlier }),
    code: 'disabled',
    says: 'disabled since 2026-03-01T11:00:00.000Z, as its endpoint answered 410 Gone.',
    next: 'once the subscription is enabled',
    nextAt: null,
  },
  {
    name: 'of a paused subscription that is held, too',
    situation: of({ state: 'paused', heldUntil: soon }),
    code: 'paused',
    says: 'is paused.',
    next: 'resumed',
    nextAt: null,
  },
  {
    name: 'held, and due before that',
    situation: of({ heldUntil: soon }, due),
    code: 'held',
    says: 'asked to wait',
    next: 'attempted',
    nextAt: soon,
  },
  {
    name: 'held, and due after that',
    situation: of({ heldUntil: soon }),
    code: 'held',
    says: 'asked to wait',
    next: 'attempted',
    nextAt: later,
  },
  {
    name: 'no longer held',
    situation: of({ heldUntil: earlier }),
    code: 'retrying',
    says: 'http_503',
    next: 'Attempt 4',
    nextAt: later,
  },
  {
    name: 'of an endpoint that is down',
    situation: of({ isProbing: true, heldUntil: soon }, due),
    code: 'probed',
    says: 'one delivery at a time',
    next: 'One of the subscription’s deliveries',
    nextAt: soon,
  },
  {
    name: 'of an endpoint that is probed right now',
    situation: of({ isProbing: true, heldUntil: earlier }, due),
    code: 'probed',
    says: 'one delivery at a time',
    next: 'all the others follow',
    nextAt: null,
  },
  {
    name: 'that waits for its retry, of an endpoint that is probed right now',
    situation: of({ isProbing: true }, { ...due, failureCount: 1, lastOutcome: 'http_500', dueAt: soon }),
    code: 'probed',
    says: 'one delivery at a time',
    next: 'all the others follow',
    nextAt: soon,
  },
  {
    name: 'behind another one in strict order',
    situation: { ...due, behind: '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22' },
    code: 'behind',
    says: '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22 comes before it',
    next: 'once that one is completed',
    nextAt: null,
  },
  {
    name: 'that succeeded',
    situation: { ...retrying, status: 'succeeded', dueAt: null },
    code: 'succeeded',
    says: 'on attempt 3',
    next: null,
    nextAt: null,
  },
  {
    name: 'that was given up',
    situation: { ...due, ...done, status: 'failed', reason: 'retries_exhausted' },
    code: 'exhausted',
    says: 'after 10 attempts; the last ended as timeout',
    next: null,
    nextAt: null,
  },
  {
    name: 'that was a test and failed',
    situation: { ...due, ...done, status: 'failed', isTest: true, reason: 'test' },
    code: 'test_failed',
    says: 'once; it ended as timeout',
    next: null,
    nextAt: null,
  },
  {
    name: 'that was a test and interrupted',
    situation: { ...due, ...done, status: 'failed', isTest: true, reason: 'test_interrupted' },
    code: 'test_failed',
    says: 'whether it arrived is unknown',
    next: null,
    nextAt: null,
  },
  {
    name: 'whose attempts were lost too often',
    situation: { ...due, ...done, status: 'failed', reason: 'attempts_lost' },
    code: 'failed',
    says: 'whose outcome is unknown',
    next: null,
    nextAt: null,
  },
  {
    name: 'that failed for a reason that is not known here',
    situation: { ...due, ...done, status: 'failed', reason: 'told_to' },
    code: 'failed',
    says: 'told_to',
    next: null,
    nextAt: null,
  },
  {
    name: 'that was canceled with its subscription',
    situation: { ...due, ...done, status: 'canceled', reason: 'subscription_deleted' },
    code: 'canceled',
    says: 'was deleted',
    next: null,
    nextAt: null,
  },
  {
    name: 'that was canceled as too old',
    situation: { ...due, ...done, status: 'canceled', reason: 'backlog_expired' },
    code: 'canceled',
    says: 'for longer than',
    next: null,
    nextAt: null,
  },
  {
    name: 'that was canceled for a reason that is not known here',
    situation: { ...due, ...done, status: 'canceled', reason: 'told_to' },
    code: 'canceled',
    says: 'told_to',
    next: null,
    nextAt: null,
  },
]

it.each(rows)('a delivery $name is explained', ({ situation, code, says, next, nextAt }) => {
  const explanation = explainDelivery(situation, 10)
  expect(explanation).toMatchObject({ code, detail: expect.stringContaining(says), nextAt })
  expect(explanation.next === null).toBe(next === null)
  expect(explanation.next ?? '').toContain(next ?? '')
})

it('every code has a case', () => {
  expect(new Set(rows.map((row) => row.code))).toEqual(new Set(explanationCodes))
})
