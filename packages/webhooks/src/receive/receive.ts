import { type Canaries, canaryType, takeCanary } from './canary.ts'
import { findDrift } from './drift.ts'
import { EventAbort } from './event-abort.ts'
import { createHandleOnce } from './handle-once.ts'
import type { BoundHandler } from './handlers.ts'
import type { ReceiverSettings } from './options.ts'
import type { Outcome } from './outcome.ts'
import { quietly } from './quiet.ts'
import type { Registry } from './registry.ts'
import { createReject } from './reject.ts'
import { outcomeReply } from './reply.ts'
import type { ReceivedRequest, Reply } from './request.ts'
import { createRunHandlers } from './run-handlers.ts'
import { factsOf, type ReceivedEvent, verifyRequest } from './verify-request.ts'

/** Makes the function that takes a request to its reply: verify, claim, handle, complete. It never rejects. */
export function createReceive(
  settings: ReceiverSettings,
  registry: Registry,
  canaries: Canaries,
): (request: ReceivedRequest) => Promise<Reply> {
  const { log, telemetry } = settings
  const scope = encodeURIComponent(settings.name)
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
    // Sent by another process with the same secret, or too late: a self-test runs no handler anywhere.
    if (received.event.event === canaryType) return outcomeReply({ kind: 'ignored' })
    const handlers = registry.bind(received)
    const { problems } = received
    if (problems !== undefined && handlers.length === 0) {
      return reject({ event: undefined, code: 'data_invalid', detail: problems }, request, startedAt)
    }
    tellDrift?.(received)

    const outcome: Outcome =
      handlers.length === 0 ? { kind: 'ignored' } : await handle(request, received, handlers)
    const reply = outcomeReply(outcome)
    telemetry?.record({
      name: 'event.answered',
      facts: factsOf(received),
      outcome: outcome.kind,
      status: reply.status,
      durationMs: performance.now() - startedAt,
    })
    return reply
  }

  async function handle(
    request: ReceivedRequest,
    received: ReceivedEvent,
    handlers: readonly BoundHandler[],
  ): Promise<Outcome> {
    const abort = new EventAbort(request, settings.signal)
    try {
      return await handleOnce({
        key: keyOf(received),
        handlers,
        run: (handlers, claim, onFinished) => runHandlers(handlers, { received, abort, claim, onFinished }),
        onLost(reason) {
          const facts = factsOf(received)
          log.error('The claim on a webhook event was lost.', { ...facts })
          telemetry?.record({ name: 'claim.lost', facts })
          abort.abort(reason)
        },
      })
    } finally {
      abort.end()
    }
  }

  /** What an event is remembered by. The parts are escaped, so that none can contain the boundary between them. */
  function keyOf({ event, context: { tenant } }: ReceivedEvent): string {
    // RFC 9562: upper and lower case make the same UUID.
    const id = event.event_id.toLowerCase()
    return tenant === undefined ? `${scope}/${id}` : `${scope}/${encodeURIComponent(tenant)}/${id}`
  }
}

/** Makes the function that tells `onDrift` of unknown fields, of each once. */
function createTellDrift({
  onDrift,
  log,
}: ReceiverSettings): ((received: ReceivedEvent) => void) | undefined {
  if (!onDrift) return undefined
  const told = new Set<string>()
  return ({ event, problems }) => {
    if (problems !== undefined || told.size > maxDrift) return
    const fields = findDrift(event).filter((field) => !told.has(`${event.event} ${field}`))
    if (fields.length === 0) return
    for (const field of fields) told.add(`${event.event} ${field}`)
    quietly(
      () => onDrift({ event: event.event, fields }),
      (error) => log.error('onDrift failed.', { error }),
    )
  }
}

/** Data whose field names are values would otherwise be told for ever. */
const maxDrift = 1000
