import { createLogger, createReadiness } from '@complywise/service'
import { createServer, type ServerOptions } from './create-server.ts'

/**
 * The OpenAPI document that `/openapi.json` answers with, made without a database and without listening.
 *
 * @example
 * await writeFile('openapi.json', JSON.stringify(await describeApi(), null, 2))
 */
export async function describeApi(): Promise<object> {
  // Routes use what they work with only once they are asked for something.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only `/openapi.json` is asked for.
  const options = {
    logger: createLogger({ name: 'sender', level: 'silent', destination: 'stderr' }),
    readiness: createReadiness(),
    live: { close: async () => undefined },
    allowedNetworks: [],
    allowedPorts: [],
  } as unknown as ServerOptions
  const server = await createServer(options)
  const { body } = await server.inject({ url: '/openapi.json' })
  await server.close()
  return JSON.parse(body)
}
