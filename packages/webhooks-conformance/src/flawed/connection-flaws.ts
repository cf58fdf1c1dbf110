import type { IncomingMessage } from 'node:http'
import { disconnection, fetchBridge, makeRequest } from '../subjects/fetch-bridge.ts'
import { serveNode } from '../subjects/serve-node.ts'
import { aroundHandlers, type Flaw } from './flaw.ts'

/** Mistakes of servers, and of what binds an adapter to them. */
export const connectionFlaws: readonly Flaw[] = [
  {
    name: 'takes a body that stopped half-way for the whole',
    serve: (answer) =>
      serveNode(
        fetchBridge(answer, (incoming, outgoing) => {
          const controller = new AbortController()
          disconnection(outgoing).addEventListener('abort', () => {
            if (incoming.complete) controller.abort()
          })
          return makeRequest(incoming, { signal: controller.signal, chunks: untilItBreaks(incoming) })
        }),
      ),
    fails: ['a connection that *', 'nonsense does no harm: a chunk of no size'],
  },
  {
    name: 'does not tell handlers that their client has gone',
    serve: (answer) =>
      serveNode(
        fetchBridge(answer, (incoming) => {
          const { signal } = new AbortController()
          return makeRequest(incoming, { signal, chunks: incoming })
        }),
      ),
    fails: [
      'a client that goes away aborts the signal of its handler',
      'a handler that stops when its client goes is run again',
    ],
  },
  {
    name: 'aborts the signal of a handler that has succeeded',
    create: aroundHandlers((handler) => async (event, context) => {
      const controller = new AbortController()
      const signal = AbortSignal.any([context.signal, controller.signal])
      await handler(event, { ...context, signal })
      controller.abort()
    }),
    fails: ['an answered request aborts nothing'],
  },
  {
    name: 'looks for headers in lower case',
    serve: (answer) =>
      serveNode(
        fetchBridge(answer, (incoming, outgoing) => {
          const rawHeaders = incoming.rawHeaders.map((text, index, all) => {
            const name = index % 2 === 0 ? text : all[index - 1]!
            return name === name.toLowerCase() || name.startsWith('X-ComplyWise') ? text : 'x-lost'
          })
          const { method, url } = incoming
          return makeRequest(
            { method, url, rawHeaders },
            { signal: disconnection(outgoing), chunks: incoming },
          )
        }),
      ),
    fails: ['header names in *'],
  },
  {
    name: 'takes trailers for headers',
    serve: (answer) =>
      serveNode(async (incoming, outgoing) => {
        const isChunked = incoming.headers['transfer-encoding'] === 'chunked'
        const chunks = isChunked ? replay(await collect(incoming)) : incoming
        const { method, url, rawTrailers } = incoming
        const rawHeaders = [...incoming.rawHeaders, ...rawTrailers]
        const signal = disconnection(outgoing)
        return fetchBridge(answer, () => makeRequest({ method, url, rawHeaders }, { signal, chunks }))(
          incoming,
          outgoing,
        )
      }),
    fails: ['a signature in a trailer is none'],
  },
  {
    name: 'closes each connection after an answer',
    serve: (answer) => {
      const bridge = fetchBridge(answer)
      return serveNode((incoming, outgoing) => {
        // What is left of a long body would have the connection reset, which is another mistake.
        outgoing.shouldKeepAlive = !(Number(incoming.headers['content-length']) < 10_000)
        return bridge(incoming, outgoing)
      })
    },
    fails: [
      'a second request over the same connection',
      'three requests at once over a connection are answered in order',
    ],
  },
  {
    name: 'resets the connection after it has refused a body',
    serve: (answer) =>
      serveNode(async (incoming, outgoing) => {
        outgoing.on('finish', () => {
          if (outgoing.statusCode === 413) incoming.socket.resetAndDestroy()
        })
        const isAbsurd = Number(incoming.headers['content-length']) > 1e8
        // All of it, or the reset may come before the answer.
        const chunks = isAbsurd ? incoming : replay(await collect(incoming))
        const signal = disconnection(outgoing)
        return fetchBridge(answer, () => makeRequest(incoming, { signal, chunks }))(incoming, outgoing)
      }),
    fails: ['after 413 the connection *'],
  },
  {
    name: 'does not let a client wait for 100 Continue',
    serve: (answer) =>
      serveNode(fetchBridge(answer), (server) =>
        server.on('checkContinue', (_incoming, outgoing) => outgoing.writeHead(417).end()),
      ),
    fails: ['a body that waits for 100 Continue'],
  },
  {
    name: 'takes what is no HTTP for a request',
    serve: (answer) =>
      serveNode(fetchBridge(answer), (server) =>
        server.on('clientError', (_error, socket) => {
          socket.end()
          void answer(new Request('http://localhost/webhooks', { method: 'POST', body: 'nonsense' }))
        }),
      ),
    fails: ['nonsense does no harm: *'],
  },
]

async function* untilItBreaks(incoming: IncomingMessage): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    yield* incoming
  } catch {
    // What came so far is all there is.
  }
}

async function collect(incoming: IncomingMessage): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return chunks
}

async function* replay(chunks: readonly Uint8Array<ArrayBuffer>[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield* chunks
}
