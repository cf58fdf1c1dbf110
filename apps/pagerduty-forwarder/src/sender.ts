import { DestinationError } from '@complywise/forwarder'
import { classifyError } from './classify-error.ts'
import type { EventsClient } from './client/create-events-client.ts'
import type { AlertEvent, ChangeEvent } from './client/event.ts'
import type { Accepted } from './client/read-answer.ts'

/** Sends events, and remembers with which routing keys that has worked. */
export interface Sender {
  /**
   * @param whose the routing key, as people know it: `target "oncall"`.
   * @throws {DestinationError}
   */
  send(event: AlertEvent | ChangeEvent, signal: AbortSignal, whose: string): Promise<Accepted>
  /** When PagerDuty accepted an event with the routing key last; `undefined` unless that was the last that was heard. */
  acceptedAtMs(routingKey: string): number | undefined
}

/** What a sender works with. */
export interface SenderOptions {
  /** How long one call may take; a shorter deadline of the caller comes first. */
  readonly timeoutMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Puts what the engine needs around a client. */
export function createSender(client: EventsClient, { timeoutMs, now }: SenderOptions): Sender {
  const accepted = new Map<string, number>()
  return {
    acceptedAtMs: (routingKey) => accepted.get(routingKey),
    async send(event, signal, whose) {
      try {
        const answer = await client.send(event, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
        accepted.set(event.routing_key, now())
        return answer
      } catch (error) {
        const known = classifyError(error, whose)
        const isAboutEvent = known instanceof DestinationError && known.kind === 'payload'
        if (!isAboutEvent) accepted.delete(event.routing_key)
        throw known
      }
    },
  }
}
