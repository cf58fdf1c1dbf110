import { once } from 'node:events'
import { connect, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { createLogger, createReadiness } from '@complywise/service'
import { createReceiver } from '@complywise/webhooks'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createHttpServer, type HttpServerOptions } from '../../src/serve/create-http-server.ts'
import { secret } from '../support/desk.ts'

test('a request that does not arrive in time is answered 408 and its connection closed', async () => {
  const socket = await connectTo({ requestTimeoutMs: 200 })
  socket.write('POST /webhooks HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[^]*\{"status":"request_timeout"\}$/)
})

test('a connection is closed after its 408 although the other side keeps its half open', async () => {
  const { port, server } = await start({ requestTimeoutMs: 200, lingerMs: 50 })
  const sockets = Array.from({ length: 20 }, () => keepOpen(port))
  for (const socket of sockets) {
    socket.write('POST /webhooks HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf')
  }
  await vi.waitFor(async () => expect(await countConnections(server)).toBe(20))
  await vi.waitFor(async () => expect(await countConnections(server)).toBe(0), { timeout: 10_000 })
  expect(sockets.every(({ writableEnded }) => !writableEnded)).toBe(true)
})

test('one address cannot keep all others out', async () => {
  const { port, server } = await start({ maxConnections: 4 })
  const sockets = Array.from({ length: 6 }, () => keepOpen(port))
  await vi.waitFor(async () => {
    const ended = sockets.filter(({ readableEnded, destroyed }) => readableEnded || destroyed)
    expect([await countConnections(server), ended.length]).toEqual([2, 4])
  })
  const other = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' })
  other.end('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  expect(await text(other)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  // What was closed is not counted any more.
  for (const socket of sockets) socket.destroy()
  await vi.waitFor(async () => expect(await countConnections(server)).toBe(0))
  const again = connect(port, '127.0.0.1')
  again.end('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  expect(await text(again)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
})

test('headers that are too long are answered 431', async () => {
  const socket = await connectTo({})
  socket.write(`POST /webhooks HTTP/1.1\r\nhost: localhost\r\nx-long: ${'x'.repeat(100_000)}\r\n\r\n`)
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 [^]*\{"status":"headers_too_large"\}$/)
})

test('connections beyond the most are closed at once, and the others are served', async () => {
  const { port } = await start({ maxConnections: 1 })
  const first = connect(port, '127.0.0.1')
  await once(first, 'connect')
  const second = connect(port, '127.0.0.1')
  second.resume()
  await once(second, 'close')
  first.end('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  expect(await text(first)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*cache-control: no-store[^]*\{"status":"ok"\}$/)
})

async function connectTo(options: Partial<HttpServerOptions>): Promise<Socket> {
  const { port } = await start(options)
  return closedAtEnd(connect(port, '127.0.0.1'))
}

/** Never ends its half by itself. */
function keepOpen(port: number): Socket {
  const socket = closedAtEnd(connect({ port, host: '127.0.0.1', allowHalfOpen: true }))
  // Without this a reset is not noticed.
  socket.resume()
  return socket
}

function closedAtEnd(socket: Socket): Socket {
  // What is closed while it still writes breaks the pipe.
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}

async function start(
  options: Partial<HttpServerOptions>,
): Promise<{ readonly port: number; readonly server: Server }> {
  const app = createHttpServer({
    receiver: createReceiver({ secret }),
    readiness: createReadiness(),
    logger: createLogger({ name: 'test', level: 'silent' }),
    ...options,
  })
  onTestFinished(() => app.close())
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  return { port, server: app.server }
}
