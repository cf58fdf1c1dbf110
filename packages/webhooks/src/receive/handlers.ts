import type { WebhookEvent } from '../events/event.ts'
import type { HeldClaim } from './dedupe-store.ts'

/** What is known of a verified request besides its event. */
export interface RequestContext {
  /** The delivery's id, to quote to support. Not signed: never decide by it. */
  readonly deliveryId: string | undefined
  /** The attempt's number, starting at 1. Not signed: never decide by it. */
  readonly attempt: number | undefined
  /** The id of the secret that signed the body: its index in the receiver's list, unless it was given one. */
  readonly secretId: string
  /** Whose secrets signed the body, where a `SecretResolver` found them. */
  readonly tenant: string | undefined
}

/** What a handler is told. */
export interface HandlerContext extends RequestContext {
  /**
   * Aborts when the client has gone away, the claim on the event is lost, or the process shuts down. A handler that
   * stops by throwing has its event tried again; one that goes on and succeeds before its claim is lost has it done.
   */
  readonly signal: AbortSignal
  /** The handler's own name. */
  readonly handler: string
  /** The claim it runs under, for a store's `join`; `undefined` when no store holds one. */
  readonly claim: HeldClaim | undefined
}

/** What a handler of events with wrong data is told. */
export interface InvalidContext extends HandlerContext {
  /** What is wrong with the data, naming fields by their path and quoting no value. */
  readonly problems: string
}

/**
 * User code for an event. A promise that it returns is awaited. Throwing or rejecting makes the sender try again, with the
 * handlers of the event that have not succeeded yet; see {@link NonRetryableError} and {@link RetryLaterError} for the
 * exceptions. What it returns is not used.
 */
export type Handler<Event, Context = HandlerContext> = (event: Event, context: Context) => unknown

/** How a handler is registered. */
export interface HandlerOptions {
  /**
   * Names the handler in logs and in the store, where it tells which handlers of an event have succeeded. Unique in the
   * receiver. Name the handlers of events that have several: the default, such as `scan.completed#1`, counts them, and
   * stands for another handler once their order has changed.
   */
  readonly name?: string | undefined
}

/** A handler that threw. */
export interface HandlerFailure {
  readonly error: unknown
  readonly event: WebhookEvent
  /** As the handler saw it; `handler` is its name. */
  readonly context: HandlerContext
}

/** A handler, bound to an event. */
export interface BoundHandler {
  readonly name: string
  readonly run: (context: HandlerContext) => unknown
}
