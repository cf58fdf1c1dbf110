import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ReceivedRequest, UnreadableBody } from '@complywise/webhooks'

/** A request of Node's HTTP server, with what body parsers may have left on it. */
export interface ParsedRequest extends IncomingMessage {
  /** A `Buffer` after `express.raw()`. */
  readonly body?: unknown
  /** The bytes that a parser's `verify` option kept. */
  readonly rawBody?: unknown
}

const fix =
  'A body parser consumed the body before webhookHandler saw it. Register the webhook route before ' +
  'app.use(express.json()), or keep the bytes: express.json({ verify: (req, res, bytes) => { req.rawBody = bytes } }).'

/**
 * Translates a request of Express, reading the body up to `maxBodyBytes`.
 *
 * @returns `undefined` when nobody waits for a reply any more: the client has disconnected.
 */
export async function readRequest(
  request: ParsedRequest,
  response: ServerResponse,
  maxBodyBytes: number,
): Promise<ReceivedRequest | undefined> {
  const body = findBody(request, maxBodyBytes) ?? (await readBody(request, maxBodyBytes))
  if (!body || response.closed) return undefined
  return { method: request.method ?? '', headers: request.headers, body, signal: disconnection(response) }
}

/** What is known of the body without reading it. */
function findBody(request: ParsedRequest, maxBodyBytes: number): Uint8Array | UnreadableBody | undefined {
  if (request.rawBody instanceof Uint8Array) return request.rawBody
  if (request.body instanceof Uint8Array) return request.body
  // Decided at once: waiting for the end of a stream that has already ended would never end.
  const isConsumed = request.readableDidRead || request.readableEnded || request.readableEncoding !== null
  if (isConsumed) return { unreadable: 'already_parsed', fix }
  return Number(request.headers['content-length']) > maxBodyBytes ? { unreadable: 'too_large' } : undefined
}

function readBody(
  request: ParsedRequest,
  maxBodyBytes: number,
): Promise<Uint8Array | UnreadableBody | undefined> {
  // Whatever resolves first counts. A body that is too large keeps flowing, unkept, so that the client gets to
  // read the reply instead of a connection reset.
  return new Promise((resolve) => {
    if (request.destroyed) return resolve(undefined)
    let chunks: Uint8Array[] = []
    let size = 0
    request.on('data', (chunk: Uint8Array) => {
      size += chunk.byteLength
      if (size <= maxBodyBytes) return chunks.push(chunk)
      chunks = []
      return resolve({ unreadable: 'too_large' })
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('close', () => resolve(undefined))
    request.resume()
  })
}

function disconnection(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}
