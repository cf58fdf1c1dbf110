// Endpoints that do everything wrong, in a process of their own. Started by hostile-process.ts.
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { z } from 'zod'
import { type Hostility, hostilities } from './hostilities.ts'

const certificate = z.object({ cert: z.string(), key: z.string() }).parse(JSON.parse(process.argv[2] ?? ''))

const CHUNK = Buffer.alloc(64 * 1024, '.')
const ENDLESS_BODY_BYTES = 1024 ** 3
const HEAD = 'HTTP/1.1 200 OK\r\n'

const behaviors: Readonly<Record<Hostility, (socket: Socket) => void>> = {
  'resets the connection': (socket) => socket.resetAndDestroy(),
  'resets in the middle of its answer': (socket) => {
    socket.write(`${HEAD}content-length: 1000\r\n\r\npart`, () => socket.resetAndDestroy())
  },
  'never answers': () => undefined,
  'drips a byte a second': (socket) => {
    socket.write(`${HEAD}\r\n`)
    repeat(socket, 1000, () => socket.write('.'))
  },
  'drips its headers': (socket) => {
    socket.write(HEAD)
    repeat(socket, 500, () => socket.write('x: y\r\n'))
  },
  'sends headers without end': (socket) => {
    socket.write(HEAD)
    pour(socket, Buffer.from(`x-${'h'.repeat(1000)}: y\r\n`.repeat(60)), Infinity)
  },
  'sends a body of 1 GB': (socket) => {
    socket.write(`${HEAD}content-length: ${ENDLESS_BODY_BYTES}\r\n\r\n`)
    pour(socket, CHUNK, ENDLESS_BODY_BYTES)
  },
  'answers with what is not HTTP': (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
  'sends informational answers without end': (socket) => {
    pour(socket, Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(100)), Infinity)
  },
  'redirects to itself': (socket) => {
    socket.end('HTTP/1.1 307 Temporary Redirect\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n')
  },
  'has a certificate that nobody trusts': (socket) => socket.end(`${HEAD}content-length: 0\r\n\r\n`),
}

const ports = await Promise.all(hostilities.map(open))
process.send?.(Object.fromEntries(hostilities.map((hostility, index) => [hostility, ports[index]])))
process.on('disconnect', () => process.exit())

async function open(hostility: Hostility): Promise<number> {
  const serve = (socket: Socket) => {
    socket.on('error', () => socket.destroy()).once('data', () => behaviors[hostility](socket))
    socket.resume()
  }
  const isTls = hostility === 'has a certificate that nobody trusts'
  const server: Server = isTls ? createTlsServer(certificate, serve) : createServer(serve)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function repeat(socket: Socket, everyMs: number, write: () => void): void {
  const timer = setInterval(write, everyMs)
  socket.once('close', () => clearInterval(timer))
}

/** Writes as fast as the other side reads. */
function pour(socket: Socket, chunk: Buffer, bytes: number): void {
  let written = 0
  const go = () => {
    while (written < bytes && !socket.destroyed) {
      written += chunk.byteLength
      if (!socket.write(chunk)) return
    }
  }
  socket.on('drain', go)
  go()
}
