import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { createLogger, createReadiness } from '@complywise/service'
import { createReceiver } from '@complywise/webhooks'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpServer, type HttpServerOptions } from '../../src/serve/create-http-server.ts'
import { secret } from '../support/desk.ts'

test('a request that does not arrive in time is answered 408 and its connection closed', async () => {
  const socket = await connectTo({ requestTimeoutMs: 200 })
  socket.write('POST /webhooks HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[^]*\{"status":"request_timeout"\}$/)
})

test('headers that are too long are answered 431', async () => {
  const socket = await connectTo({})
  socket.write(`POST /webhooks HTTP/1.1\r\nhost: localhost\r\nx-long: ${'x'.repeat(100_000)}\r\n\r\n`)
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 [^]*\{"status":"headers_too_large"\}$/)
})

test('connections beyond the most are closed at once, and the others are served', async () => {
  const port = await listen({ maxConnections: 1 })
  const first = connect(port, '127.0.0.1')
  await once(first, 'connect')
  const second = connect(port, '127.0.0.1')
  second.resume()
  await once(second, 'close')
  first.end('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  expect(await text(first)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*cache-control: no-store[^]*\{"status":"ok"\}$/)
})

async function connectTo(options: Partial<HttpServerOptions>): Promise<Socket> {
  const socket = connect(await listen(options), '127.0.0.1')
  // What is closed while it still writes breaks the pipe.
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

async function listen(options: Partial<HttpServerOptions>): Promise<number> {
  const server = createHttpServer({
    receiver: createReceiver({ secret }),
    readiness: createReadiness(),
    logger: createLogger({ name: 'test', level: 'silent' }),
    ...options,
  })
  onTestFinished(() => server.close())
  return Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port)
}
