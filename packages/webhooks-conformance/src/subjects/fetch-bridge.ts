import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * The smallest server for fetch handlers on Node: gives them the request as it came, and writes their response as it
 * is. What a framework would repair stays visible.
 */
export function fetchBridge(
  answer: (request: Request) => Promise<Response>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const response = await answer(makeRequest(incoming, outgoing))
    const body = Buffer.from(await response.arrayBuffer())
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(body)
  }
}

function makeRequest(incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const { method = 'GET', url = '/', rawHeaders } = incoming
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index]!, rawHeaders[index + 1]!)
  }
  const controller = new AbortController()
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) controller.abort()
  })
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? streamOf(incoming[Symbol.asyncIterator]()) : null
  const init = { method, headers, signal: controller.signal, body, duplex: 'half' }
  return new Request(`http://localhost${url}`, init)
}

function streamOf(chunks: AsyncIterator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
