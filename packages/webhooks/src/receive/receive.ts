import { linkAbort } from './abort.ts'
import { type Canaries, takeCanary } from './canary.ts'
import { findDrift } from './drift.ts'
import { createHandleOnce } from './handle-once.ts'
import type { BoundHandler } from './handlers.ts'
import type { ReceiverSettings } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { Registry } from './registry.ts'
import { createReject } from './reject.ts'
import { outcomeReply } from './reply.ts'
import type { ReceivedRequest, Reply } from './request.ts'
import { createRunHandlers } from './run-handlers.ts'
import type { TelemetryFacts } from './telemetry.ts'
import { type ReceivedEvent, verifyRequest } from './verify-request.ts'

/** Makes the function that takes a request to its reply: verify, claim, handle, complete. It never rejects. */
export function createReceive(
  settings: ReceiverSettings,
  registry: Registry,
  canaries: Canaries,
): (request: ReceivedRequest) => Promise<Reply> {
  const { log, telemetry, name } = settings
  const reject = createReject(settings)
  const tellDrift = createTellDrift(settings)
  const handleOnce = createHandleOnce(settings)
  const runHandlers = createRunHandlers(settings, registry)

  return async function receive(request) {
    try {
      return await replyTo(request)
    } catch (error) {
      log.error('The receiver itself failed.', { error })
      return outcomeReply({ kind: 'failed' })
    }
  }

  async function replyTo(request: ReceivedRequest): Promise<Reply> {
    if (canaries.size > 0 && takeCanary(canaries, request)) return outcomeReply({ kind: 'ignored' })
    const startedAt = performance.now()
    const received = await verifyRequest(request, settings)
    if (!received.event) return reject(received, request, startedAt)
    const handlers = registry.bind(received)
    const { problems } = received
    if (problems !== undefined && handlers.length === 0) {
      return reject({ event: undefined, code: 'data_invalid', detail: problems }, request, startedAt)
    }
    tellDrift(received)

    const facts = factsOf(received)
    const outcome = await handle(received, facts, handlers, request.signal)
    const reply = outcomeReply(outcome)
    const durationMs = performance.now() - startedAt
    telemetry.record({
      name: 'event.answered',
      facts,
      outcome: outcome.kind,
      status: reply.status,
      durationMs,
    })
    return reply
  }

  async function handle(
    received: ReceivedEvent,
    facts: TelemetryFacts,
    handlers: readonly BoundHandler[],
    clientSignal: AbortSignal | undefined,
  ): Promise<Outcome> {
    if (handlers.length === 0) return { kind: 'ignored' }
    const controller = new AbortController()
    const unlink = linkAbort(controller, [clientSignal, settings.signal])
    const { signal } = controller
    try {
      return await handleOnce({
        key: keyOf(name, received),
        handlers,
        run: (handlers, claim, onFinished) =>
          runHandlers(handlers, { received, facts, signal, claim, onFinished }),
        onLost(reason) {
          log.error('The claim on a webhook event was lost.', { ...facts })
          telemetry.record({ name: 'claim.lost', facts })
          controller.abort(reason)
        },
      })
    } finally {
      unlink()
    }
  }
}

/** What an event is remembered by. The parts are escaped, so that none can contain the boundary between them. */
function keyOf(name: string, { event, context }: ReceivedEvent): string {
  const scope = context.tenant === undefined ? [name] : [name, context.tenant]
  // RFC 9562: upper and lower case make the same UUID.
  return [...scope.map(encodeURIComponent), event.event_id.toLowerCase()].join('/')
}

function factsOf({ event, context }: ReceivedEvent): TelemetryFacts {
  return { eventType: event.event, eventId: event.event_id, ...context }
}

/** Makes the function that tells `onDrift` of unknown fields, of each once. */
function createTellDrift({ onDrift, log }: ReceiverSettings): (received: ReceivedEvent) => void {
  const told = new Set<string>()
  return ({ event, problems }) => {
    if (!onDrift || problems !== undefined || told.size > maxDrift) return
    const fields = findDrift(event).filter((field) => !told.has(`${event.event} ${field}`))
    if (fields.length === 0) return
    for (const field of fields) told.add(`${event.event} ${field}`)
    try {
      onDrift({ event: event.event, fields })
    } catch (error) {
      log.error('onDrift failed.', { error })
    }
  }
}

/** Data whose field names are values would otherwise be told for ever. */
const maxDrift = 1000
