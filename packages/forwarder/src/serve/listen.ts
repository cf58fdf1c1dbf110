import type { FastifyInstance } from 'fastify'

/**
 * Lets a server listen, at any free port where `port` is 0.
 *
 * @returns its origin.
 * @throws {Error} that names the setting which chooses another port.
 */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port })
  } catch (cause) {
    const message = `Could not listen on ${host}:${port} for events. FORWARDER_PORT chooses another port, FORWARDER_HOST another address.`
    throw new Error(message, { cause })
  }
}
