import { eventCatalog } from '../src/events/catalog.ts'
import type { EventType } from '../src/events/event.ts'
import type { Log } from '../src/receive/log.ts'
import type { ReceiverOptions } from '../src/receive/options.ts'
import { createReceiver, type Receiver } from '../src/receive/receiver.ts'
import type { ReceivedRequest } from '../src/receive/request.ts'
import { sign } from '../src/wire/sign.ts'

export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const oldSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
export const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'
export const now = new Date('2026-03-01T12:00:00.000Z')

/** A request whose body and headers a test can change. */
export type SignedRequest = ReceivedRequest & {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** An entry of the log. */
export interface Entry {
  readonly level: 'warn' | 'error'
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/** A receiver whose clock stands still, and what it has logged. */
export function makeReceiver(options: Partial<ReceiverOptions> = {}): {
  receiver: Receiver
  entries: readonly Entry[]
} {
  const entries: Entry[] = []
  const log: Log = {
    warn: (message, details) => entries.push({ level: 'warn', message, details }),
    error: (message, details) => entries.push({ level: 'error', message, details }),
  }
  return { receiver: createReceiver({ secret, now: () => now, log, ...options }), entries }
}

/** An envelope with the example of the catalog. */
export function envelopeOf(type: EventType): Record<string, unknown> {
  return { event: type, event_id: eventId, timestamp: now.toISOString(), data: eventCatalog[type].example }
}

/** A request as a sender makes it. */
export async function signedRequest(
  content: string | Uint8Array | object = envelopeOf('scan.completed'),
  secrets: readonly string[] = [secret],
): Promise<SignedRequest> {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  const body = content instanceof Uint8Array ? content : new TextEncoder().encode(text)
  const headers = await sign({ eventId, body, attemptedAt: now, secrets })
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
}

/** The same request without the Standard Webhooks headers. */
export function withoutAttempt(request: SignedRequest): ReceivedRequest {
  const trio = new Set(['webhook-id', 'webhook-timestamp', 'webhook-signature'])
  const rest = Object.entries(request.headers).filter(([name]) => !trio.has(name))
  return { ...request, headers: Object.fromEntries(rest) }
}
