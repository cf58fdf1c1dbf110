import { isIP, type Socket } from 'node:net'
import { hostOf } from '../domain/endpoint-url.ts'
import type { Phases } from '../domain/outcome.ts'
import { portOf } from '../domain/ports.ts'
import { connectTcp } from './connect-tcp.ts'
import { assertPermitted, type EndpointRules, permittedAddresses } from './endpoint-rules.ts'
import { UnreachableThroughProxyError } from './errors.ts'
import { handshake } from './handshake.ts'
import { createProxy, type Proxy } from './proxy.ts'
import { createResolver, type ResolveHost } from './resolver.ts'

/** The way to endpoints. */
export interface Network {
  readonly rules: EndpointRules
  readonly resolve: ResolveHost
  readonly proxy?: Proxy | undefined
}

/** What the way to endpoints depends on. */
export interface NetworkOptions extends EndpointRules {
  /** An `http:` proxy, with its credentials. Default: none, a direct way. */
  readonly proxyUrl?: URL | undefined
  /** Default: {@link createResolver} with the system's servers. */
  readonly resolveHost?: ResolveHost
}

/** The way to endpoints that these options describe. */
export function createNetwork(options: NetworkOptions): Network {
  const { proxyUrl, resolveHost: resolve = createResolver() } = options
  return { rules: options, resolve, proxy: proxyUrl && createProxy(proxyUrl, resolve) }
}

/** A step of opening a connection. */
export type OpeningPhase = keyof typeof openingPhases

/** What is being done in each step, after "stuck". */
export const openingPhases = {
  dns: 'looking up the name',
  connect: 'connecting',
  tls: 'in the TLS handshake',
} as const

/** A connection to an endpoint, ready for requests. */
export interface OpenedConnection {
  /** A `TLSSocket` for `https:`. */
  readonly socket: Socket
  /** The endpoint's, also through a proxy. */
  readonly remoteAddress: string
  readonly phases: Phases
}

/**
 * Connects to one of the addresses that the endpoint's host has, all of which are judged first. No later look-up can
 * change them, and what was connected to is judged once more.
 *
 * @param reached told of each step as it begins.
 * @throws {ForbiddenEndpointError} and whatever the steps throw; the signal's reason when it aborts.
 */
export async function openConnection(
  url: URL,
  network: Network,
  signal: AbortSignal,
  reached: (phase: OpeningPhase) => void = ignore,
): Promise<OpenedConnection> {
  const clock = createClock()
  reached('dns')
  const addresses = await unlessAborted(permittedAddresses(url, network.rules, network.resolve), signal)
  const dnsMs = clock.lap()
  const looked = isIP(hostOf(url)) === 0 ? { dnsMs } : {}
  reached('connect')
  const { socket, remoteAddress } = await connectTo(url, addresses, network, signal)
  const connectMs = clock.lap()
  if (url.protocol === 'http:') return { socket, remoteAddress, phases: { ...looked, connectMs } }
  reached('tls')
  const secure = await handshake(socket, hostOf(url), signal)
  return { socket: secure, remoteAddress, phases: { ...looked, connectMs, tlsMs: clock.lap() } }
}

function ignore(): void {}

interface Connected {
  readonly socket: Socket
  readonly remoteAddress: string
}

async function connectTo(
  url: URL,
  addresses: readonly string[],
  network: Network,
  signal: AbortSignal,
): Promise<Connected> {
  const port = portOf(url)
  if (network.proxy !== undefined) return await connectThrough(network.proxy, addresses, port, signal)
  const socket = await connectTcp(addresses, port, signal)
  const remoteAddress = (socket.remoteAddress ?? '').replace(/^::ffff:(?=[\d.]+$)/, '')
  try {
    assertPermitted(remoteAddress, hostOf(url), network.rules)
  } catch (error) {
    socket.destroy()
    throw error
  }
  return { socket, remoteAddress }
}

async function connectThrough(
  proxy: Proxy,
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Connected> {
  const [address = '', ...others] = addresses
  try {
    return { socket: await proxy.connect(address, port, signal), remoteAddress: address }
  } catch (error) {
    if (others.length === 0 || !(error instanceof UnreachableThroughProxyError)) throw error
    return await connectThrough(proxy, others, port, signal)
  }
}

/**
 * Waits for `promise` no longer than until the signal aborts, then rejects with its reason. What it waits for goes on: a
 * look-up cannot be stopped, and may serve another attempt.
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function createClock(): { lap(): number } {
  let last = performance.now()
  return {
    lap() {
      const before = last
      last = performance.now()
      return last - before
    },
  }
}
