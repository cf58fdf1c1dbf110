import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Endpoints that answer at once, and know when the first byte of each event's request came. */
export interface HealthyEndpoints {
  readonly urls: readonly string[]
  /** A new event_id, and when, by `performance.now()`, its request arrives. */
  expect(): { readonly eventId: string; readonly arrival: Promise<number> }
  close(): void
}

/** Opens `count` endpoints at ports of their own, in this process, so that one clock measures. */
export async function openHealthyEndpoints(count: number): Promise<HealthyEndpoints> {
  const arrivals = new Map<string, (at: number) => void>()
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer((request, response) => {
        const eventId = String(request.headers['webhook-id'])
        arrivals.get(eventId)?.(performance.now())
        arrivals.delete(eventId)
        request.resume().on('end', () => response.end('{"status":"processed"}'))
      })
      return new Promise<Server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
    }),
  )
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens at a port has an address
    urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`),
    expect() {
      const eventId = randomUUID()
      return { eventId, arrival: new Promise((resolve) => arrivals.set(eventId, resolve)) }
    },
    close() {
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}
