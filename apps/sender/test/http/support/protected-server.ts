import { createLogger } from '@complywise/service'
import type { AccessOptions } from '../../../src/http/access.ts'
import { principalOf } from '../../../src/http/access.ts'
import { createHttpServer } from '../../../src/http/create-http-server.ts'

/** A server with all that the API's routes share, and two routes that say who is calling. */
export interface ProtectedServer {
  readonly origin: string
  /** Calls `/whoami`, or another path. */
  get(headers?: Readonly<Record<string, string>>, path?: string): Promise<Answered>
  close(): Promise<void>
}

/** What came back. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: any // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of every shape
}

/** Starts a server that lets admins and members in to `/whoami`, and admins to `/admin`. */
export async function serveProtected(
  options: AccessOptions & { readonly trustedProxies?: readonly string[] },
): Promise<ProtectedServer> {
  const app = createHttpServer({ ...options, logger: createLogger({ name: 'test', level: 'silent' }) })
  app.route({ method: 'GET', url: '/whoami', config: { access: ['admin', 'member'] }, handler: principalOf })
  app.route({ method: 'GET', url: '/admin', config: { access: ['admin'] }, handler: principalOf })
  app.route({ method: 'GET', url: '/open', config: { access: 'public' }, handler: () => ({ open: true }) })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    origin,
    async get(headers = {}, path = '/whoami') {
      const response = await fetch(origin + path, { headers })
      return { status: response.status, headers: response.headers, body: await response.json() }
    },
    close: () => app.close(),
  }
}
