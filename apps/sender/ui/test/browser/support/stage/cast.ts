import { generateSecret } from '@complywise/webhooks'
import type { NewSubscription } from './api-client.ts'
import { hostileText } from './hostile.ts'
import {
  startFlakyReceiver,
  startReceiver,
  startUntrustedReceiver,
  startVerifyingReceiver,
  type StageReceiver,
} from './receivers.ts'

/** Who gets events, and the server that it stands for; none where its name leads nowhere. */
export interface Player {
  readonly subscription: NewSubscription
  readonly receiver?: StageReceiver
}

/** Every way in which deliveries go well or wrong, by name. */
export type Cast = Readonly<Record<PlayerName, Player>>

/** A name of one of the {@link Cast}. */
export type PlayerName = (typeof playerNames)[number]

/** In the order in which they subscribe. */
export const playerNames = [
  'healthy',
  'filtered',
  'rotating',
  'flaky',
  'failing',
  'wrongSecret',
  'slow',
  'unknownHost',
  'untrusted',
  'refused',
  'unreachable',
  'overloaded',
  'redirecting',
  'disabled',
  'gone',
  'ordered',
  'hostile',
  'paused',
  'deleted',
  'fresh',
] as const

/** The events that go wrong: every troubled endpoint is subscribed to these. */
export const troubledEvents = ['compliance.control_failed', 'scan.failed'] as const

/** Starts the receivers of the stage. Their subscriptions have yet to be made. */
export async function startCast(): Promise<Cast> {
  const [everything, scans, evidence] = [generateSecret(), generateSecret(), generateSecret()]
  const switchedOff = await startReceiver(() => ({ status: 200 }))
  await switchedOff.close()
  return {
    healthy: play('Everything, into the data warehouse', await startVerifyingReceiver(everything), {
      events: ['*'],
      secret: everything,
      headers: { 'X-Team': 'data-platform', Authorization: 'Bearer not-to-be-shown' },
      contact_email: 'data-platform@example.com',
    }),
    filtered: play('Only finished scans, for the status page', await startVerifyingReceiver(scans), {
      events: ['scan.completed'],
      secret: scans,
    }),
    rotating: play('Evidence archive, with a new secret', await startVerifyingReceiver(evidence), {
      events: ['evidence.uploaded'],
      secret: evidence,
    }),
    flaky: play('Ticket system behind a busy gateway', await startFlakyReceiver(2), {
      events: ['compliance.*'],
    }),
    failing: play(
      'Risk register: its database is down',
      await answering(500, '{"error":"connect ECONNREFUSED 10.1.2.3:5432","request_id":"req_8fK2"}'),
    ),
    wrongSecret: play('Staging, still with the old secret', await startVerifyingReceiver(generateSecret())),
    slow: play('Report generator that takes minutes', await startReceiver(() => undefined), {
      timeout_ms: 1000,
    }),
    unknownHost: {
      subscription: subscribe('A name that was never registered', 'https://nowhere.invalid/webhooks'),
    },
    untrusted: play('On-premises box, self-signed', await startUntrustedReceiver()),
    refused: play('Moved into the internal network', await answering(200)),
    unreachable: { subscription: subscribe('Switched off over the weekend', switchedOff.url) },
    overloaded: play(
      'Partner API with a rate limit',
      await answering(429, 'Too many requests', { 'retry-after': '3600' }),
    ),
    redirecting: play(
      'Moved to another address',
      await answering(301, '', { location: 'https://example.com/new-webhooks' }),
    ),
    disabled: play('Old SIEM, to be removed', await answering(503, 'unavailable')),
    gone: play('Trial account that has ended', await answering(410, 'Gone')),
    ordered: play('Ledger, strictly in order', await answering(503, 'busy'), { is_ordered: true }),
    hostile: play(
      hostileText(500),
      await answering(422, hostileText(8000), { 'content-type': 'text/html; charset=utf-8' }),
    ),
    paused: play('Paused for the migration', await answering(200), { state: 'paused' }),
    deleted: play('Deleted with deliveries owed', await answering(500)),
    fresh: play('Created a moment ago', await answering(200), { events: ['scan.*'] }),
  }
}

function play(description: string, receiver: StageReceiver, more: Partial<NewSubscription> = {}): Player {
  return { receiver, subscription: subscribe(description, receiver.url, more) }
}

function subscribe(description: string, url: string, more: Partial<NewSubscription> = {}): NewSubscription {
  return {
    url,
    description,
    events: [...troubledEvents],
    timeout_ms: null,
    is_ordered: false,
    contact_email: null,
    state: 'active',
    ...more,
  }
}

function answering(
  status: number,
  body = '{}',
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<StageReceiver> {
  return startReceiver(() => ({ status, body, headers }))
}
