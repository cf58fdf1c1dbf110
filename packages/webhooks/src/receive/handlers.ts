import type { WebhookEvent } from '../events/event.ts'

/** What a handler is told about the request that brought its event. */
export interface HandlerContext {
  /** The delivery's id, to quote to support. Not signed: never decide by it. */
  readonly deliveryId: string | undefined
  /** The attempt's number, starting at 1. Not signed: never decide by it. */
  readonly attempt: number | undefined
  /** The index, in the receiver's secrets, of the one that signed the body. */
  readonly secretIndex: number
  /** Aborts when the client has gone away; the event then counts as not delivered and comes again. */
  readonly signal: AbortSignal
}

/**
 * User code for an event. A promise that it returns is awaited; throwing or rejecting makes the sender try again,
 * with all handlers of the event. What it returns is not used.
 */
export type Handler<Event> = (event: Event, context: HandlerContext) => unknown

/** A handler bound to the events that it was registered for: the call to make, or `undefined` for other events. */
export type Registration = (event: WebhookEvent) => ((context: HandlerContext) => unknown) | undefined

/** Binds `handler` to the events that `matches` recognizes. */
export function registration<Event extends WebhookEvent>(
  matches: (event: WebhookEvent) => event is Event,
  handler: Handler<Event>,
): Registration {
  return (event) => (matches(event) ? (context) => handler(event, context) : undefined)
}

/**
 * Runs handlers one after the other, in the order given. One that fails does not keep the next from running.
 *
 * @returns what was thrown, in order; empty when all succeeded.
 */
export async function runHandlers(
  calls: readonly ((context: HandlerContext) => unknown)[],
  context: HandlerContext,
): Promise<readonly unknown[]> {
  const errors: unknown[] = []
  for (const call of calls) {
    try {
      await call(context)
    } catch (error) {
      errors.push(error)
    }
  }
  return errors
}
