import { sign } from '@complywise/webhooks/wire'
import type { TrialEvent } from '../events/trial-event.ts'

/** The secret of all subscriptions in trials. */
export const webhookSecret = 'whsec_dHJpYWxzLW9mLXRoZS1mb3J3YXJkZXJzLW5vdC1zZWNyZXQ='

/** What a forwarder answered. */
export interface Answer {
  readonly status: number
  /** As JSON; `undefined` when it is none. */
  readonly body: unknown
  readonly retryAfterSeconds: number | undefined
  readonly tookMs: number
}

/**
 * Posts an event as the sender does: signed over its bytes, with a time limit.
 *
 * @returns `undefined` when there was no whole answer.
 */
export async function sendSigned(
  url: string,
  event: TrialEvent,
  {
    attemptedAt = new Date(),
    timeoutMs = 15_000,
  }: { readonly attemptedAt?: Date; readonly timeoutMs?: number } = {},
): Promise<Answer | undefined> {
  const body = new TextEncoder().encode(JSON.stringify(event))
  const signatures = await sign({ eventId: event.event_id, body, attemptedAt, secrets: [webhookSecret] })
  const beganAt = performance.now()
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signatures },
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    const retryAfter = response.headers.get('retry-after')
    return {
      status: response.status,
      body: parsed(text),
      retryAfterSeconds: retryAfter === null ? undefined : Number(retryAfter),
      tookMs: performance.now() - beganAt,
    }
  } catch {
    return undefined
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
