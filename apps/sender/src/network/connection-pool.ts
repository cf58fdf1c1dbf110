import { Client } from 'undici'
import { ConnectionLostError } from './errors.ts'
import { type AnswerLimit, limitAnswer } from './limit-answer.ts'
import { type Network, openConnection, type OpenedConnection, type OpeningPhase } from './open-connection.ts'

/** One HTTP/1.1 connection, which carries one request at a time. */
export interface Connection {
  readonly client: Client
  readonly origin: string
  readonly opened: OpenedConnection
  /** By `performance.now()`. */
  readonly openedAt: number
  readonly limit: AnswerLimit
}

/** Connections by origin, kept for the next request. */
export interface ConnectionPool {
  /** An idle connection, the last that was used, if there is one. The server may have closed it. */
  take(origin: string): Connection | undefined
  /**
   * Opens one, once there are fewer than the limit; one that becomes idle meanwhile is as good.
   *
   * @param reached told of each step as it begins.
   * @throws what `openConnection` throws; the signal's reason when it aborts.
   */
  open(url: URL, signal: AbortSignal, reached: (phase: OpeningPhase) => void): Promise<Connection>
  /** Gives a connection back after a whole answer; one that is too old is closed. */
  release(connection: Connection): void
  /** Closes one whose answer did not come, or not as a whole. */
  discard(connection: Connection): void
  /** Closes all of them. */
  close(): Promise<void>
}

/** How many connections there are, and how they are used. */
export interface ConnectionPoolOptions {
  readonly network: Network
  /** To one origin at once. */
  readonly maxPerOrigin: number
  /** Of answers; a longer head breaks the connection. */
  readonly maxHeaderBytes: number
  /** Idle ones of all origins together. Default 1,000. */
  readonly maxIdle?: number
  /**
   * After so long a connection is not used again, however busy it is: names move to other addresses, and certificates
   * expire and are revoked. Default 5 minutes.
   */
  readonly maxAgeMs?: number
}

interface Origin {
  /** Those being opened included. */
  count: number
  readonly idle: Connection[]
  readonly waiting: (() => void)[]
}

// Most servers keep idle connections for 5 s or longer. What a server promises in its Keep-Alive header is used up to here.
const IDLE_MS = 4000
const MAX_IDLE_MS = 30_000
const MAX_AGE_MS = 5 * 60_000

/**
 * undici speaks HTTP over each connection, and its own pool is not used: there, a connection belongs to no request, so
 * that one that hangs is neither ended with the attempt that asked for it, nor timed as a part of it.
 */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { network, maxPerOrigin, maxHeaderBytes, maxIdle = 1000, maxAgeMs = MAX_AGE_MS } = options
  const origins = new Map<string, Origin>()
  const alive = new Set<Connection>()
  // In the order in which they became idle.
  const idle = new Set<Connection>()
  let isClosed = false

  function originOf(name: string): Origin {
    const known = origins.get(name)
    if (known !== undefined) return known
    const added: Origin = { count: 0, idle: [], waiting: [] }
    origins.set(name, added)
    return added
  }

  function take(name: string): Connection | undefined {
    const connection = origins.get(name)?.idle.pop()
    if (connection !== undefined) idle.delete(connection)
    return connection
  }

  function leave(name: string): void {
    const origin = originOf(name)
    origin.count -= 1
    origin.waiting.shift()?.()
    if (origin.count === 0 && origin.waiting.length === 0) origins.delete(name)
  }

  function forget(connection: Connection): void {
    if (!alive.delete(connection)) return
    if (idle.delete(connection)) {
      const list = originOf(connection.origin).idle
      list.splice(list.indexOf(connection), 1)
    }
    leave(connection.origin)
    // It may be asked to reconnect otherwise. It knows of the socket only after its first request.
    void connection.client.destroy()
    connection.opened.socket.destroy()
  }

  function adopt(name: string, opened: OpenedConnection): Connection {
    let isUsed = false
    const client = new Client(name, {
      connect: (_options, done) => {
        // Not at once: undici does not expect to be called back before its own call has returned.
        if (isUsed || opened.socket.destroyed)
          queueMicrotask(() => done(new ConnectionLostError('connection lost'), null))
        else queueMicrotask(() => done(null, opened.socket))
        isUsed = true
      },
      allowH2: false,
      // One timer covers every phase of an attempt.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: MAX_IDLE_MS,
      maxHeaderSize: maxHeaderBytes,
    })
    const limit = limitAnswer(client, opened.socket)
    const connection: Connection = { client, origin: name, opened, openedAt: performance.now(), limit }
    client.on('disconnect', () => forget(connection)).on('connectionError', () => forget(connection))
    alive.add(connection)
    return connection
  }

  return {
    take,
    async open(url, signal, reached) {
      const { origin: name } = url
      while (originOf(name).count >= maxPerOrigin) {
        await turn(originOf(name).waiting, signal)
        const freed = take(name)
        if (freed !== undefined) return freed
      }
      originOf(name).count += 1
      try {
        const opened = await openConnection(url, network, signal, reached)
        if (isClosed) throw new ConnectionLostError('closed', { cause: opened.socket.destroy() })
        return adopt(name, opened)
      } catch (error) {
        leave(name)
        throw error
      }
    },
    release(connection) {
      if (!alive.has(connection)) return
      if (performance.now() - connection.openedAt >= maxAgeMs) {
        forget(connection)
        return
      }
      connection.limit.restart()
      const origin = originOf(connection.origin)
      origin.idle.push(connection)
      idle.add(connection)
      origin.waiting.shift()?.()
      const [longest] = idle.size > maxIdle ? idle : []
      if (longest !== undefined) forget(longest)
    },
    discard: forget,
    async close() {
      isClosed = true
      const connections = [...alive]
      for (const connection of connections) forget(connection)
      await Promise.all(connections.map(async ({ client }) => await client.destroy()))
    },
  }
}

/** Waits to be called out of `queue`. */
async function turn(queue: (() => void)[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = (): void => {
    const place = queue.indexOf(resolve)
    if (place !== -1) queue.splice(place, 1)
    reject(signal.reason)
  }
  queue.push(resolve)
  signal.addEventListener('abort', abort)
  try {
    await promise
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
