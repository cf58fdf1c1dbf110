import { WebhookError } from '../errors.ts'
import {
  type EventOf,
  type EventType,
  isEventType,
  isKnownEvent,
  type UnknownEvent,
  type WebhookEvent,
} from '../events/event.ts'
import { handleOnce } from './dedupe.ts'
import {
  type Handler,
  type HandlerContext,
  type Registration,
  registration,
  runHandlers,
} from './handlers.ts'
import { type ReceiverOptions, resolveOptions } from './options.ts'
import { ignoredReply, outcomeReply } from './reply.ts'
import type { ReceivedRequest, Reply } from './request.ts'
import { type RequestVerification, verifyRequest } from './verify-request.ts'

/**
 * The receiving end of the wire, free of any framework: verifies requests, calls handlers, decides replies.
 *
 * Register every handler before the first event comes in. Handlers run one after the other in the order of
 * registration; an event succeeds when all of its handlers do.
 */
export interface Receiver {
  /** The longest body accepted, in bytes; an adapter stops reading there. */
  readonly maxBodyBytes: number
  /**
   * Registers a handler for one type of event.
   *
   * @throws {WebhookError} `event_type_unknown` when the type is not in the catalog, `registration_closed` once an
   * event has come in.
   */
  on<Type extends EventType>(type: Type, handler: Handler<EventOf<Type>>): Receiver
  /**
   * Registers a handler for every event, in the catalog or not.
   *
   * @throws {WebhookError} `registration_closed`.
   */
  onAny(handler: Handler<WebhookEvent>): Receiver
  /**
   * Registers a handler for events of types that are not in the catalog. Without one they are answered 200 `ignored`.
   *
   * @throws {WebhookError} `registration_closed`.
   */
  onUnknown(handler: Handler<UnknownEvent>): Receiver
  /**
   * Verifies a request without calling handlers, for those who keep their own routes. The result has the event, typed
   * and validated, or the code of the refusal and the reply that fits it.
   *
   * @throws {WebhookError} `body_not_bytes`; never on what came over the wire.
   */
  verify(request: ReceivedRequest): Promise<RequestVerification>
  /** Verifies a request, calls the handlers of its event, and decides the reply. Never rejects. */
  receive(request: ReceivedRequest): Promise<Reply>
}

/**
 * Creates a receiver.
 *
 * @throws {WebhookError} with a `SecretErrorCode` when a secret cannot be right, `option_invalid` when a number cannot.
 *
 * @example
 * const receiver = createReceiver({ secret: process.env['COMPLYWISE_WEBHOOK_SECRET'] })
 * receiver.on('compliance.control_failed', async (event) => {
 *   await page(`${event.data.framework} ${event.data.control_id} is failing`)
 * })
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const settings = resolveOptions(options)
  const { log } = settings
  const registrations: Registration[] = []
  let isClosed = false

  const receiver: Receiver = {
    maxBodyBytes: settings.maxBodyBytes,
    on<Type extends EventType>(type: Type, handler: Handler<EventOf<Type>>) {
      assertEventType(type)
      const matches = (event: WebhookEvent): event is EventOf<Type> => event.event === type
      return register(registration(matches, handler))
    },
    onAny: (handler) => register((event) => (context) => handler(event, context)),
    onUnknown: (handler) => register(registration(isUnknownEvent, handler)),
    verify: (request) => verifyRequest(request, settings),
    async receive(request) {
      try {
        return await replyTo(request)
      } catch (error) {
        log.error('The receiver itself failed.', { error })
        return outcomeReply({ kind: 'failed' })
      }
    },
  }
  return receiver

  function register(added: Registration): Receiver {
    if (isClosed) {
      const message = 'Register handlers before the first event comes in: this one has already missed events.'
      throw new WebhookError('registration_closed', message)
    }
    registrations.push(added)
    return receiver
  }

  async function replyTo(request: ReceivedRequest): Promise<Reply> {
    const verification = await verifyRequest(request, settings)
    if (!verification.verified) {
      const { code, detail, reply } = verification
      const level = reply.status === 500 ? 'error' : 'warn'
      log[level](`Refused a webhook request: ${code}. ${detail ?? ''}`.trimEnd(), {
        code,
        status: reply.status,
      })
      return reply
    }
    isClosed = true
    const { event, context } = verification
    const calls = registrations.flatMap((match) => match(event) ?? [])
    if (calls.length === 0) return ignoredReply()
    return outcomeReply(await handleOnce(event, () => handle(event, calls, context)))
  }

  async function handle(
    { event, event_id: eventId }: WebhookEvent,
    calls: readonly ((context: HandlerContext) => unknown)[],
    context: HandlerContext,
  ): Promise<boolean> {
    const errors = await runHandlers(calls, context)
    for (const error of errors) {
      log.error('A webhook handler failed.', { error, event, eventId, deliveryId: context.deliveryId })
    }
    return errors.length === 0
  }
}

function isUnknownEvent(event: WebhookEvent): event is UnknownEvent {
  return !isKnownEvent(event)
}

function assertEventType(type: string): void {
  if (isEventType(type)) return
  const message = `"${type}" is not in the catalog of this version; such events go to onUnknown.`
  throw new WebhookError('event_type_unknown', message)
}
