import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { RunningServer } from '../subject.ts'

/**
 * Serves requests on loopback, on a port that is free. Where `answer` fails, the connection ends.
 *
 * @param change what else the server is to do.
 */
export function serveNode(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  change: (server: Server) => void = () => undefined,
): Promise<RunningServer> {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch(() => response.destroy())
  })
  change(server)
  return running(server.listen(0, '127.0.0.1'))
}

async function running(server: Server): Promise<RunningServer> {
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
