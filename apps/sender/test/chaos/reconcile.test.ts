import { describe, expect, it } from 'vitest'
import type { Crash } from '../../chaos/support/crash.ts'
import type { LoggedAttempt, LoggedDelivery } from '../../chaos/support/delivery-log.ts'
import type { Evidence } from '../../chaos/support/evidence.ts'
import type { LedgerEntry } from '../../chaos/support/ledger.ts'
import { reconcile } from '../../chaos/support/reconcile.ts'

// Two events of one run; the first attempt of the second was cut off by the only kill and repeated after its lease.
const LEASE_MS = 18_000
const CLAIMED_AT = 1_000_000

const kill: Crash = {
  round: 1,
  victim: 'sender',
  killedAt: CLAIMED_AT + 50,
  startedAt: CLAIMED_AT - 5000,
  endedAt: CLAIMED_AT + 60,
}

describe('what the three sides agree on', () => {
  it('breaks no promise: every event delivered, and what a kill cut off repeated after its lease', () => {
    const { delivered, repeats, broken } = reconcile(evidence())
    expect(broken).toEqual([])
    expect([...delivered]).toEqual(['E1', 'E2'])
    expect(repeats).toMatchObject([{ deliveryId: 'D2', attempt: 1, repeatedBy: 2, round: 1, overlapMs: 0 }])
  })

  it('breaks no promise when an attempt failed and was repeated', () => {
    const { repeats, broken } = reconcile(
      evidence({ attempts: [attempt(1, { outcome: 'timeout' })], crashes: [] }),
    )
    expect(broken).toEqual([])
    expect(repeats).toMatchObject([{ round: undefined, outcome: 'timeout' }])
  })
})

describe('a broken promise is found', () => {
  const cases: readonly (readonly [string, Parts, string])[] = [
    [
      'an accepted event without a delivery',
      { accepted: ['E1', 'E2', 'E3'] },
      'Event E3 was accepted and is lost: it has no delivery.',
    ],
    [
      'an event with two deliveries',
      { deliveries: [delivery('D1', 'E1', 1), delivery('D2', 'E2', 2), delivery('D3', 'E1', 1)] },
      'Event E1 has 2 deliveries instead of one.',
    ],
    [
      'a delivery that is still pending',
      { deliveries: [{ ...delivery('D1', 'E1', 1), status: 'pending' }, delivery('D2', 'E2', 2)] },
      'Event E1 was accepted and is not delivered: delivery D1 is pending.',
    ],
    [
      'a delivery owed to another subscription',
      { deliveries: [{ ...delivery('D1', 'E1', 1), subscription_id: 'S2' }, delivery('D2', 'E2', 2)] },
      'Event E1 is owed to subscription S2, which is not to scan.completed.',
    ],
    [
      'a delivery called succeeded that never came',
      { ledger: [entry('D2', 'E2', 1, 0), entry('D2', 'E2', 2, 18_100)] },
      'Delivery D1 is logged as succeeded with an attempt that the receiver did not see last.',
    ],
    [
      'an event delivered that was not accepted',
      { ledger: [...ledger(), entry('D9', 'E9', 1, 20)] },
      'Attempt 1 of delivery D9 delivered event E9, which was not accepted.',
    ],
    [
      'a delivery logged for an event that was not accepted',
      { deliveries: [delivery('D1', 'E1', 1), delivery('D2', 'E2', 2), delivery('D9', 'E9', 1)] },
      'Delivery D9 is owed for event E9, which was not accepted.',
    ],
    [
      'a signature that does not verify',
      { ledger: ledger({ refusal: 'signature_mismatch' }) },
      'Attempt 2 of delivery D2 did not verify: signature_mismatch.',
    ],
    [
      'an event delivered to the path of another subscription',
      { ledger: ledger({ path: '/scan.failed' }) },
      'Attempt 2 of delivery D2 delivered scan.completed E2 to /scan.failed.',
    ],
    [
      'a request that the receiver never finished',
      { ledger: ledger({ endedAt: undefined }) },
      'Attempt 2 of delivery D2 was never done with by the receiver.',
    ],
    [
      'a repeat that no kill explains',
      { crashes: [] },
      'Attempt 1 of delivery D2 was repeated though no kill cut it off.',
    ],
    [
      'a repeat of what was claimed after the kill',
      { attempts: [attempt(1, { started_at: instant(CLAIMED_AT + 61) })] },
      'Attempt 1 of delivery D2 was repeated though no kill cut it off.',
    ],
    [
      'a repeat before the lease ended',
      { ledger: [entry('D1', 'E1', 1, 10), entry('D2', 'E2', 1, 10), entry('D2', 'E2', 2, 17_900)] },
      'Attempt 1 of delivery D2 was repeated 100 ms before its lease ended.',
    ],
    [
      'two attempts at once',
      { ledger: [entry('D1', 'E1', 1, 10), entry('D2', 'E2', 1, 10, 18_095), entry('D2', 'E2', 2, 18_100)] },
      'Attempts 1 and 2 of delivery D2 overlapped by 5.0 ms.',
    ],
    [
      'an attempt that came twice',
      { ledger: ledger({ attempt: 1 }) },
      'Attempt 1 of delivery D2 was followed by attempt 1.',
    ],
    [
      'a repeat of an attempt that succeeded',
      { attempts: [attempt(1, { outcome: 'succeeded' })] },
      'Attempt 1 of delivery D2 was repeated though it is succeeded.',
    ],
    [
      'a repeat of an attempt that the log does not know',
      { attempts: [] },
      'Attempt 1 of delivery D2 was repeated though it is not logged.',
    ],
  ]

  it.each(cases)('%s', (_, parts, sentence) => {
    expect(reconcile(evidence(parts)).broken).toContain(sentence)
  })
})

interface Parts {
  readonly accepted?: readonly string[]
  readonly ledger?: readonly LedgerEntry[]
  readonly deliveries?: readonly LoggedDelivery[]
  readonly attempts?: readonly LoggedAttempt[]
  readonly crashes?: readonly Crash[]
}

function evidence(parts: Parts = {}): Evidence {
  return {
    accepted: new Map((parts.accepted ?? ['E1', 'E2']).map((eventId) => [eventId, 'scan.completed'])),
    ledger: parts.ledger ?? ledger(),
    deliveries: parts.deliveries ?? [delivery('D1', 'E1', 1), delivery('D2', 'E2', 2)],
    attemptsOf: new Map([['D2', parts.attempts ?? [attempt(1), attempt(2, { outcome: 'succeeded' })]]]),
    pathOf: new Map([
      ['S1', '/scan.completed'],
      ['S2', '/scan.failed'],
    ]),
    crashes: parts.crashes ?? [kill],
    leaseMs: LEASE_MS,
  }
}

/** D1 once, D2 twice; `last` replaces parts of the last request. */
function ledger(last: Partial<LedgerEntry> = {}): readonly LedgerEntry[] {
  return [entry('D1', 'E1', 1, 10), entry('D2', 'E2', 1, 10), { ...entry('D2', 'E2', 2, 18_100), ...last }]
}

function entry(
  deliveryId: string,
  eventId: string,
  attempt: number,
  afterMs: number,
  handlingMs = 20,
): LedgerEntry {
  return {
    kind: 'received',
    request: 1,
    path: '/scan.completed',
    deliveryId,
    eventId,
    attempt,
    refusal: null,
    at: CLAIMED_AT + afterMs,
    startedAt: afterMs,
    endedAt: afterMs + handlingMs,
  }
}

function delivery(id: string, eventId: string, attempts: number): LoggedDelivery {
  return {
    id,
    subscription_id: 'S1',
    url: 'http://127.0.0.1/scan.completed',
    event: 'scan.completed',
    event_id: eventId,
    matched_by: '*',
    redelivery_of: null,
    is_test: false,
    status: 'succeeded',
    reason: null,
    attempt_count: attempts,
    last_outcome: 'succeeded',
    last_http_status: 200,
    next_attempt_at: null,
    created_at: instant(CLAIMED_AT),
    completed_at: instant(CLAIMED_AT),
  }
}

function attempt(number: number, parts: Partial<LoggedAttempt> = {}): LoggedAttempt {
  return {
    number,
    started_at: instant(CLAIMED_AT),
    duration_ms: 0,
    phases: { dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null, body_ms: null },
    remote_address: null,
    request_headers: null,
    outcome: 'lease_expired',
    http_status: null,
    response_body: null,
    detail: null,
    ...parts,
  }
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
