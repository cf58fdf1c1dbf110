import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { principalOf } from '../http/access.ts'
import type { Api } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import type { LiveHub } from '../live/live-hub.ts'
import type { ResetReason } from '../live/viewer.ts'
import { deliveryFilters } from './delivery-query.ts'
import { toDeliveryAnswer } from './delivery-schemas.ts'

const HEARTBEAT_MS = 15_000
// Whoever views for longer shows a key again, which may have been revoked meanwhile.
const LONGEST_MS = 15 * 60_000
const RECONNECT_MS = 2000
const MAX_UNSENT_BYTES = 256 * 1024

/** Adds `GET /api/deliveries/live`. */
export function addLiveRoutes(app: Api, hub: LiveHub): void {
  // Before the server waits for what is in flight, which these never end by themselves.
  app.addHook('preClose', () => hub.close())

  app.route({
    method: 'GET',
    url: '/api/deliveries/live',
    config: { access: ['admin', 'member'], problems: ['too_many_streams'] },
    schema: {
      operationId: 'watchDeliveries',
      tags: ['Delivery Log'],
      summary: 'Watch deliveries',
      description:
        'Server-sent events. `delivery` has a delivery as lists have it, whenever one is made or has changed; the latest state is sent, not each one before it. `reset` means that changes may have been missed, so that the list has to be read again: first shortly after connecting, when everything is seen from then on, and whenever the stream was interrupted, had too much to say, or was read too slowly; its data has the `reason`. There is nothing to resume from; a client that reconnects is told to read the list. Streams end after 15 minutes.',
      querystring: z.strictObject({
        subscription_id: deliveryFilters.subscription_id,
        event: deliveryFilters.event,
      }),
      response: {
        200: {
          description: 'A stream of `delivery` and `reset`, with comments in between.',
          content: { 'text/event-stream': { schema: z.string() } },
        },
      },
    },
    handler: (request, reply) => {
      // Who left while the key was checked is not told to have left again.
      if (reply.raw.destroyed) {
        reply.hijack()
        return
      }
      const { subscription_id: subscriptionId, event } = request.query
      const stream = createStream(reply.raw)
      const leave = hub.join({
        accountId: principalOf(request).accountId,
        ...(subscriptionId && { subscriptionId }),
        ...(event && { event }),
        show: (delivery) => stream.send('delivery', toDeliveryAnswer(delivery)),
        reset: (reason) => stream.send('reset', { reason }),
        end: () => stream.end(),
      })
      if (leave === undefined) {
        throw new ProblemError('too_many_streams', 'This account watches as many streams here as it may.')
      }
      reply.hijack()
      // A proxy must neither gather what is sent, nor reuse the connection.
      reply.headers({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', connection: 'close' })
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value)
      }
      stream.begin()
      reply.raw.once('close', leave)
    },
  })
}

interface Stream {
  begin(): void
  send(event: 'delivery' | 'reset', data: object): void
  end(): void
}

/** Sends events as long as they are read; a reader that falls behind gets a reset when it has caught up. */
function createStream(raw: ServerResponse): Stream {
  let isBehind = false
  const timers: NodeJS.Timeout[] = []

  function write(text: string): void {
    if (!raw.destroyed && !raw.writableEnded) raw.write(text)
  }

  function send(event: string, data: object): void {
    if (isBehind) return
    if (raw.writableLength > MAX_UNSENT_BYTES) {
      isBehind = true
      raw.once('drain', () => {
        isBehind = false
        send('reset', { reason: 'slow_reader' satisfies ResetReason })
      })
      return
    }
    write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  return {
    begin() {
      write(`retry: ${RECONNECT_MS}\n\n`)
      timers.push(setInterval(() => write(':\n\n'), HEARTBEAT_MS))
      timers.push(setTimeout(() => raw.end(), LONGEST_MS))
      raw.once('close', () => timers.forEach((timer) => clearTimeout(timer)))
    },
    send,
    end: () => raw.end(),
  }
}
