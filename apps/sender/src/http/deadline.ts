import type { Api } from './api.ts'
import { unavailable } from './problem.ts'

/**
 * Answers 503 when no answer was made within `timeoutMs` of a request's arrival, for example because the database
 * hangs. What the handler does meanwhile goes on, and its result is dropped.
 */
// Fastify's own handlerTimeout stops counting when the body has been read, so it never ends a POST.
export function addDeadline(app: Api, timeoutMs: number): void {
  app.addHook('onRequest', async (request, reply) => {
    const timer = setTimeout(() => {
      if (reply.sent) return
      request.log.error({ timeoutMs }, 'no answer in time')
      reply.send(unavailable('The answer took too long.'))
    }, timeoutMs)
    reply.raw.once('close', () => clearTimeout(timer))
  })
}
