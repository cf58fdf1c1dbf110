import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * The smallest server for fetch handlers on Node: gives them the request as it came, and writes their response as it
 * is. What a framework would repair stays visible.
 */
export function fetchBridge(
  answer: (request: Request) => Promise<Response>,
  toRequest: (incoming: IncomingMessage, outgoing: ServerResponse) => Request = (incoming, outgoing) =>
    makeRequest(incoming, { signal: disconnection(outgoing), chunks: incoming }),
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const response = await answer(toRequest(incoming, outgoing))
    const body = Buffer.from(await response.arrayBuffer())
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(body)
  }
}

/** A request as fetch has it, of its first lines and what else it is to have. */
export function makeRequest(
  { method = 'GET', url = '/', rawHeaders }: RequestHead,
  {
    signal,
    chunks,
  }: { readonly signal: AbortSignal; readonly chunks: AsyncIterable<Uint8Array<ArrayBuffer>> },
): Request {
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index]!, rawHeaders[index + 1]!)
  }
  const body = method === 'GET' || method === 'HEAD' ? null : streamOf(chunks)
  const init = { method, headers, signal, body, duplex: 'half' }
  return new Request(`http://localhost${url}`, init)
}

/** What Node has of a request before its body comes. */
export type RequestHead = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>

/** Aborts when the client has gone before it was answered. */
export function disconnection(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController()
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) controller.abort()
  })
  return controller.signal
}

function streamOf(iterable: AsyncIterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = iterable[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
