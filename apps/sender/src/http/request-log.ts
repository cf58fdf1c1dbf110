import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Api } from './api.ts'

// What log searches and other services can take; anything else could be a way to forge log lines elsewhere.
const REQUEST_ID = /^[\w.-]{1,64}$/

/** The request's `x-request-id` if it is a plain one, so that a call can be followed through services; or a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}

/** Logs one line for each answer and names the request in `x-request-id`. No header and no query is logged. */
export function addRequestLog(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, principal, routeOptions } = request
    const line = {
      method,
      path: url.split('?', 1)[0],
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...(principal && { actor: principal.actor, accountId: principal.accountId }),
    }
    // Probes ask every few seconds.
    if (routeOptions.config.isProbe === true) request.log.debug(line, 'answered')
    else request.log.info(line, 'answered')
  })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by machines every few seconds, so logged at `debug`. */
    readonly isProbe?: true
  }
}
