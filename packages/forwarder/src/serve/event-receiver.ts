import { AsyncLocalStorage } from 'node:async_hooks'
import type { Logger } from '@complywise/service'
import {
  createReceiver,
  type HandlerContext,
  type InvalidContext,
  type Receiver,
  type Reply,
  RetryLaterError,
  type Telemetry,
  type TelemetryEvent,
  type UnknownEvent,
  type WebhookEvent,
} from '@complywise/webhooks'
import { sqliteStore } from '@complywise/webhooks/sqlite'
import type { WebhookSettings } from '../config/webhook-settings.ts'
import type { Engine, Forwarded } from '../engine/engine.ts'
import { receiverLog } from './receiver-log.ts'
import { extendReply, replyFields, type ReplyFields } from './reply-fields.ts'
import { maxDepth, withoutDeepFields } from './without-deep-fields.ts'

/** What events are received with. */
export interface EventReceiverOptions {
  readonly webhook: WebhookSettings
  /** Of a whole request. */
  readonly deadlineMs: number
  readonly engine: Pick<Engine, 'forward'>
  /** Events that are done are remembered in the same file. */
  readonly ledgerPath: string
  /** For metrics. */
  readonly telemetry: Telemetry
  readonly logger: Logger
  readonly now: () => number
  /** Aborts when what is in flight has to be put back, because the process ends. */
  readonly signal: AbortSignal
}

/** The SDK's receiver, whose answers also say what became of the event. */
export interface EventReceiver extends Receiver {
  /** From now on answers 503. Resolves once what was begun is answered. */
  drain(): Promise<void>
  close(): void
}

interface Scope {
  readonly deadline: AbortController
  fields: ReplyFields | undefined
}

/** How long the sender is asked to wait for the process that comes after this one. */
const drainingSeconds = 5

/** Receives events for an engine: verifies, handles each once, answers within the deadline. */
export function createEventReceiver(options: EventReceiverOptions): EventReceiver {
  const { webhook, deadlineMs, engine, logger, now, signal } = options
  const { secrets, ...limits } = webhook
  const store = sqliteStore({ path: options.ledgerPath })
  const scopes = new AsyncLocalStorage<Scope>()
  const idle = Promise.withResolvers<void>()
  let inFlight = 0
  let isDraining = false

  const receiver = createReceiver({
    ...limits,
    secret: secrets,
    store,
    name: 'forward',
    leaseMs: deadlineMs + 2000,
    storeTimeoutMs: Math.min(5000, deadlineMs / 4),
    signal,
    now: () => new Date(now()),
    log: receiverLog(logger),
    onDrift: (drift) => logger.info(drift, 'Events have fields that this version does not know.'),
    telemetry: {
      record(told) {
        options.telemetry.record(told)
        logUnhandled(told)
      },
    },
  })
    .onAny(forward, { name: 'forward' })
    .onInvalid(forwardInvalid, { name: 'forward-invalid' })

  return {
    ...receiver,
    async receive(request) {
      if (isDraining) return draining
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort(), deadlineMs - marginOf(deadlineMs))
      const scope: Scope = { deadline, fields: undefined }
      inFlight += 1
      try {
        const reply = await scopes.run(scope, () => receiver.receive(request))
        return scope.fields === undefined ? reply : extendReply(reply, scope.fields)
      } finally {
        clearTimeout(timer)
        inFlight -= 1
        if (isDraining && inFlight === 0) idle.resolve()
      }
    },
    drain() {
      isDraining = true
      if (inFlight === 0) idle.resolve()
      return idle.promise
    },
    close: () => store.close(),
  }

  async function forward(received: WebhookEvent, context: HandlerContext): Promise<void> {
    const startedAt = performance.now()
    const scope = scopes.getStore()
    const { data, dropped } = withoutDeepFields(received.data)
    const event: WebhookEvent = dropped.length === 0 ? received : { ...received, data }
    if (dropped.length > 0) {
      const message = `The event is forwarded without what has more than ${maxDepth} levels.`
      logger.warn({ event: event.event, event_id: event.event_id, dropped }, message)
    }
    const forwarded = await engine.forward(event, signalOf(scope, context.signal))
    if (scope) scope.fields = replyFields(forwarded)
    logForwarded(event, context, forwarded, performance.now() - startedAt)
    if (forwarded.retryAfterMs !== undefined) throw new RetryLaterError(forwarded.retryAfterMs)
  }

  /** What no handler has seen, so that every event of the sender has its line. */
  function logUnhandled(told: TelemetryEvent): void {
    if (told.name !== 'event.answered') return
    const { facts, outcome, durationMs } = told
    const message = unhandled[outcome]
    if (message === undefined) return
    const { eventType: event, eventId: event_id, deliveryId, attempt } = facts
    logger.info({ event, event_id, deliveryId, attempt, durationMs: Math.round(durationMs) }, message)
  }

  /** Most of what data has to be is documented nowhere: what can be read of it is told, and the rest as it came. */
  function forwardInvalid(event: UnknownEvent, context: InvalidContext): Promise<void> {
    const { event: type, event_id } = event
    const message = 'The data is not what its type promises; what can be read of it is forwarded.'
    logger.warn({ event: type, event_id, problems: context.problems }, message)
    return forward(event, context)
  }

  function logForwarded(
    { event, event_id }: WebhookEvent,
    { deliveryId, attempt }: HandlerContext,
    forwarded: Forwarded,
    durationMs: number,
  ): void {
    const line = {
      event,
      event_id,
      deliveryId,
      attempt,
      durationMs: Math.round(durationMs),
      retryAfterMs: forwarded.retryAfterMs,
      steps: forwarded.steps.slice(0, loggedSteps),
      ...(forwarded.steps.length > loggedSteps && { stepCount: forwarded.steps.length }),
    }
    if (forwarded.retryAfterMs === undefined) logger.info(line, 'forwarded')
    else logger.warn(line, 'not forwarded in whole; it comes again')
  }
}

const unhandled: Readonly<Partial<Record<string, string>>> = {
  duplicate: 'a duplicate of what was forwarded',
  in_progress: 'is being forwarded already; it comes again',
}

/** A sweep can resolve hundreds; the ledger has them all. */
const loggedSteps = 20

const draining: Reply = {
  status: 503,
  headers: {
    'content-type': 'application/json',
    'retry-after': String(drainingSeconds),
    // The next request of that connection is for another process.
    connection: 'close',
  },
  body: JSON.stringify({ status: 'unavailable', reason: 'draining' }),
}

/** Aborts at the deadline of the request, and whenever the receiver says so. */
function signalOf(scope: Scope | undefined, signal: AbortSignal): AbortSignal {
  if (scope === undefined) return signal
  const { deadline } = scope
  if (signal.aborted) deadline.abort(signal.reason)
  signal.addEventListener('abort', () => deadline.abort(signal.reason), { once: true })
  return deadline.signal
}

/** What is left of the deadline, in milliseconds, for the answer itself to arrive in time. */
function marginOf(deadlineMs: number): number {
  return Math.min(250, deadlineMs / 10)
}
