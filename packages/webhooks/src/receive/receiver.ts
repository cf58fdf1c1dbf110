import { type RejectionCode, WebhookError } from '../errors.ts'
import {
  type EventOf,
  type EventType,
  isEventType,
  isKnownEvent,
  type UnknownEvent,
  type WebhookEvent,
} from '../events/event.ts'
import type { Canaries } from './canary.ts'
import type { Handler, HandlerFailure, HandlerOptions, InvalidContext, RequestContext } from './handlers.ts'
import { type ReceiverOptions, resolveOptions } from './options.ts'
import { createReceive } from './receive.ts'
import { createRegistry } from './registry.ts'
import { rejectionReply } from './reply.ts'
import type { ReceivedRequest, Reply } from './request.ts'
import { verifyRequest } from './verify-request.ts'

/**
 * The receiving end of the wire, free of any framework: verifies requests, runs handlers once for each event, decides
 * replies.
 *
 * Register every handler before the first event comes in. The handlers of an event run one after the other in the order
 * of registration; it succeeds when all of them have, and a retry runs only those that have not.
 */
export interface Receiver {
  /** The longest body accepted, in bytes; an adapter stops reading there. */
  readonly maxBodyBytes: number
  /**
   * Registers a handler for one type of event.
   *
   * @throws {WebhookError} `event_type_unknown` when the type is not in the catalog, `handler_name_taken`, or
   * `registration_closed` once an event has come in.
   */
  on<Type extends EventType>(type: Type, handler: Handler<EventOf<Type>>, options?: HandlerOptions): Receiver
  /**
   * Registers a handler for every event, in the catalog or not.
   *
   * @throws {WebhookError} `handler_name_taken`, `registration_closed`.
   */
  onAny(handler: Handler<WebhookEvent>, options?: HandlerOptions): Receiver
  /**
   * Registers a handler for events of types that are not in the catalog. Without one they are answered 200 `ignored`.
   *
   * @throws {WebhookError} `handler_name_taken`, `registration_closed`.
   */
  onUnknown(handler: Handler<UnknownEvent>, options?: HandlerOptions): Receiver
  /**
   * Registers a handler for events in the catalog whose data lack a documented field, or have one of another type. No
   * other handler gets them. Without one they are answered 422, and the sender tries again.
   *
   * @throws {WebhookError} `handler_name_taken`, `registration_closed`.
   */
  onInvalid(handler: Handler<UnknownEvent, InvalidContext>, options?: HandlerOptions): Receiver
  /**
   * Registers a function that is told of every handler that threw, besides the log. A promise that it returns is
   * awaited before the reply. What it throws is logged.
   *
   * @throws {WebhookError} `registration_closed`.
   */
  onError(callback: (failure: HandlerFailure) => unknown): Receiver
  /**
   * Verifies a request without calling handlers or asking the store, for those who keep their own routes. The result has
   * the event, typed and validated, or the code of the refusal and the reply that fits it.
   *
   * @throws {WebhookError} `body_not_bytes`; never on what came over the wire.
   */
  verify(request: ReceivedRequest): Promise<RequestVerification>
  /** Verifies a request, runs the handlers of its event, and decides the reply. Never rejects. */
  receive(request: ReceivedRequest): Promise<Reply>
  /**
   * Sends a signed request, whose bytes nothing can touch unnoticed, through everything that is in front of this receiver,
   * and another of `maxBodyBytes`, up to 1 MiB. It runs no handler and asks no store. Call it once the server listens.
   *
   * @param url where this process receives webhooks.
   * @param send sends a request; default: `fetch`. Where there is no server: `(request) => app.fetch(request)`.
   * @throws {WebhookError} `self_test_failed`, with what is wrong and what to do about it, within 20 seconds.
   * @example
   * await receiver.selfTest('http://127.0.0.1:3000/webhooks')
   */
  selfTest(url: string | URL, send?: (request: Request) => Response | Promise<Response>): Promise<void>
}

/** What a request turned out to be. */
export type RequestVerification =
  | { readonly verified: true; readonly event: WebhookEvent; readonly context: RequestContext }
  | {
      readonly verified: false
      readonly code: RejectionCode
      /** More about it, for a log and never for the caller: names of fields, times, no secret and no other value. */
      readonly detail: string | undefined
      /** What to answer, if the answer is yours to send. */
      readonly reply: Reply
    }

/**
 * Creates a receiver.
 *
 * @throws {WebhookError} with a `SecretErrorCode` when a secret cannot be right, `option_invalid` when an option cannot.
 *
 * @example
 * const receiver = createReceiver({ secret: process.env['COMPLYWISE_WEBHOOK_SECRET'] })
 * receiver.on('compliance.control_failed', async (event) => {
 *   await page(`${event.data.framework} ${event.data.control_id} is failing`)
 * })
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const settings = resolveOptions(options)
  const registry = createRegistry()
  const canaries: Canaries = new Map()
  const receiver: Receiver = {
    maxBodyBytes: settings.maxBodyBytes,
    on<Type extends EventType>(type: Type, handler: Handler<EventOf<Type>>, options?: HandlerOptions) {
      assertEventType(type)
      const isOfType = (event: WebhookEvent): event is EventOf<Type> => event.event === type
      registry.add(type, handler, options, ({ event, problems }) =>
        problems === undefined && isOfType(event) ? (context) => handler(event, context) : undefined,
      )
      return receiver
    },
    onAny(handler, options) {
      registry.add('any', handler, options, ({ event, problems }) =>
        problems === undefined ? (context) => handler(event, context) : undefined,
      )
      return receiver
    },
    onUnknown(handler, options) {
      registry.add('unknown', handler, options, ({ event }) =>
        isKnownEvent(event) ? undefined : (context) => handler(event, context),
      )
      return receiver
    },
    onInvalid(handler, options) {
      registry.add('invalid', handler, options, ({ event, problems }) =>
        problems === undefined ? undefined : (context) => handler(event, { ...context, problems }),
      )
      return receiver
    },
    onError(callback) {
      registry.addErrorCallback(callback)
      return receiver
    },
    async verify(request) {
      const received = await verifyRequest(request, settings)
      if (!received.event) return refusal(received.code, received.detail)
      const { event, context, problems } = received
      return problems === undefined ? { verified: true, event, context } : refusal('data_invalid', problems)
    },
    receive: createReceive(settings, registry, canaries),
    async selfTest(url, send = (request) => fetch(request)) {
      // Loaded when it is first needed, by those who do.
      const { runSelfTest } = await import('./self-test.ts')
      await runSelfTest({
        ...settings,
        url,
        send,
        canaries,
        verify: (request) => receiver.verify(request),
      })
    },
  }
  return receiver
}

function refusal(code: RejectionCode, detail: string | undefined): RequestVerification {
  return { verified: false, code, detail, reply: rejectionReply(code) }
}

function assertEventType(type: string): void {
  if (isEventType(type)) return
  const message = `"${type}" is not in the catalog of this version; such events go to onUnknown.`
  throw new WebhookError('event_type_unknown', message)
}
