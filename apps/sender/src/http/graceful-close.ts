import type { Api } from './api.ts'

/**
 * Ends each connection with the answer that is in flight when the server is closed.
 *
 * Fastify closes what is idle at that moment. A connection that becomes idle afterwards would keep the server open
 * until the client lets go of it, or for the keep-alive timeout of 72 s.
 */
export function addGracefulClose(app: Api): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
}
