import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { hostOf } from '../domain/endpoint-url.ts'
import { portOf } from '../domain/ports.ts'
import { connectTcp } from './connect-tcp.ts'
import { ProxyError, UnreachableThroughProxyError } from './errors.ts'
import type { ResolveHost } from './resolver.ts'

/** Opens tunnels through an HTTP proxy. */
export interface Proxy {
  /**
   * Asks for a tunnel to exactly this address.
   *
   * @throws {ProxyError} when the proxy cannot be reached, refuses, or kept silent until `signal` aborted while it had
   * answered nobody else either; then it is the proxy that hangs, and not the endpoint.
   * @throws {UnreachableThroughProxyError} when it works, and could not connect.
   */
  connect(address: string, port: number, signal: AbortSignal): Promise<Socket>
}

const MAX_HEAD_BYTES = 16 * 1024

/** @param url `http:`, with user name and password if it asks for them. */
export function createProxy(url: URL, resolve: ResolveHost): Proxy {
  const host = hostOf(url)
  const port = portOf(url)
  let answeredAt = 0

  async function reach(signal: AbortSignal): Promise<Socket> {
    try {
      return await connectTcp(isIP(host) === 0 ? await resolve(host) : [host], port, signal)
    } catch (error) {
      const reason = signal.aborted ? 'it did not accept the connection in time' : messageOf(error)
      throw new ProxyError(`The proxy ${host}:${port} cannot be reached: ${reason}`, { cause: error })
    }
  }

  return {
    async connect(address, endpointPort, signal) {
      const startedAt = performance.now()
      const socket = await reach(signal)
      const target = `${isIP(address) === 6 ? `[${address}]` : address}:${endpointPort}`
      socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${authorization(url)}\r\n`)
      let status: number
      try {
        status = await readStatus(socket, signal)
      } catch (error) {
        socket.destroy()
        if (signal.aborted && answeredAt > startedAt) throw signal.reason
        const reason = signal.aborted ? 'it did not answer in time' : messageOf(error)
        throw new ProxyError(`The proxy ${host}:${port} failed: ${reason}`, { cause: error })
      }
      answeredAt = performance.now()
      if (status >= 200 && status < 300) return socket
      socket.destroy()
      if (status >= 502 && status <= 504) {
        throw new UnreachableThroughProxyError(
          `The proxy could not connect to the endpoint (it answered ${status}).`,
        )
      }
      const advice =
        status === 407 ? 'it asks for other credentials; see SENDER_PROXY_URL' : `it answered ${status}`
      throw new ProxyError(`The proxy ${host}:${port} refused the connection: ${advice}`)
    },
  }
}

function authorization({ username, password }: URL): string {
  if (username === '' && password === '') return ''
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `proxy-authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
}

/** Reads the head of the answer; what comes after it stays in the socket. */
async function readStatus(socket: Socket, signal: AbortSignal): Promise<number> {
  let head = Buffer.alloc(0)
  for (;;) {
    const end = head.indexOf('\r\n\r\n')
    if (end !== -1) {
      const status = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head.toString('latin1', 0, end + 2))?.[1]
      if (status === undefined) throw new Error('its answer is not HTTP')
      if (head.length > end + 4) socket.unshift(head.subarray(end + 4))
      return Number(status)
    }
    if (head.length > MAX_HEAD_BYTES) throw new Error('its answer has no end')
    const chunk: unknown = socket.read()
    if (Buffer.isBuffer(chunk)) head = Buffer.concat([head, chunk])
    else if (socket.readableEnded || socket.destroyed) throw new Error('it closed the connection')
    else await readable(socket, signal)
  }
}

async function readable(socket: Socket, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const options = { signal: AbortSignal.any([signal, over.signal]) }
  try {
    await Promise.race(['readable', 'end', 'close'].map(async (event) => await once(socket, event, options)))
  } finally {
    over.abort()
  }
}

function messageOf(error: unknown): string {
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error
  return cause instanceof Error ? cause.message : 'unknown error'
}
