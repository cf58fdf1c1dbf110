import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  createCertificate,
  exampleRoutingKey,
  type FakePagerDuty,
  startFakePagerDuty,
} from '@complywise/destination-fakes'
import { onTestFinished } from 'vitest'
import { createEventsClient, type EventsClient } from '../../src/client/create-events-client.ts'
import type { AlertEvent, ChangeEvent, TriggerEvent } from '../../src/client/event.ts'
import { EventsError } from '../../src/client/events-error.ts'

/** A signal that never aborts. */
export const patient = new AbortController().signal

export const triggerEvent: TriggerEvent = {
  routing_key: exampleRoutingKey,
  event_action: 'trigger',
  dedup_key: 'cw:acme:control:soc 2:cc6.1',
  client: 'ComplyWise',
  client_url: 'https://app.complywise.example',
  payload: {
    summary: 'CC6.1 is failing',
    source: 'acme',
    severity: 'warning',
    timestamp: '2026-03-01T12:00:00.000Z',
    custom_details: { previous_status: 'passed' },
  },
  links: [{ href: 'https://app.complywise.example/controls/cc6.1', text: 'CC6.1' }],
}

export const changeEvent: ChangeEvent = {
  routing_key: exampleRoutingKey,
  payload: { summary: 'Scan: 142/150, 94.6 %', timestamp: '2026-03-01T12:00:00.000Z' },
}

/** A fake and a client that trusts it; the fake is closed when the test ends. */
export async function startPagerDuty(
  options: Parameters<typeof startFakePagerDuty>[0] = {},
): Promise<{ readonly pagerDuty: FakePagerDuty; readonly client: EventsClient }> {
  const pagerDuty = await startFakePagerDuty(options)
  onTestFinished(async () => {
    await pagerDuty.close()
  })
  const { server, ca } = pagerDuty
  return { pagerDuty, client: createEventsClient({ server, ca }) }
}

/** The error that sending ends with; throws when it does not. */
export async function failureOf(
  client: EventsClient,
  event: AlertEvent | ChangeEvent = triggerEvent,
  signal: AbortSignal = patient,
): Promise<EventsError> {
  const outcome = await client.send(event, signal).catch((error: unknown) => error)
  if (!(outcome instanceof EventsError)) throw new Error('no EventsError', { cause: outcome })
  return outcome
}

/** A server over TLS that answers however it likes, with its address and the certificate to trust. */
export async function startTlsServer(
  listener: RequestListener,
): Promise<{ readonly server: string; readonly ca: string }> {
  const { cert, key } = await createCertificate()
  const server = createServer({ cert, key }, listener)
  return { server: await listen(server), ca: cert }
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** What it asks for: `user:password`. */
  readonly credentials?: string
  /** It takes requests and never answers. */
  readonly isHanging?: boolean
}

/** A proxy, the tunnels it was asked for, and its connections as they come. */
export interface FakeProxy {
  readonly url: URL
  readonly tunnels: readonly string[]
  readonly connections: readonly Socket[]
}

/** An HTTP proxy that knows only CONNECT, and leads everywhere on this machine. */
export async function startProxy(options: ProxyOptions = {}): Promise<FakeProxy> {
  const tunnels: string[] = []
  const connections: Socket[] = []
  const expected = options.credentials && `Basic ${Buffer.from(options.credentials).toString('base64')}`
  const proxy = createHttpServer()
  proxy.on('connection', (socket: Socket) => {
    connections.push(socket)
    onTestFinished(() => {
      socket.destroy()
    })
  })
  proxy.on('connect', (request, client: Duplex) => {
    client.on('error', () => {})
    tunnels.push(request.url ?? '')
    if (options.isHanging === true) {
      // Only a socket that is read from sees that the other side has closed it.
      client.resume().on('end', () => client.end())
      return
    }
    if (request.headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const { port } = new URL(`https://${request.url}`)
    const upstream = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    upstream.on('error', () => {}).on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  return { url: new URL(`http://${await listen(proxy)}`), tunnels, connections }
}

/** Listens until the test ends; resolves to host and port. */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${portOf(server.address())}`
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return address.port
}
