import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { ReceivedRequest, UnreadableBody } from '../../receive/request.ts'
import { concatenate } from '../concatenate.ts'
import { ConnectedRequest } from './connected-request.ts'

/** A request of Node's HTTP server, with what frameworks and body parsers may have left on it. */
export interface NodeRequest extends IncomingMessage {
  /** A `Uint8Array` where a parser kept the bytes as they are. */
  readonly body?: unknown
  /** The bytes that a parser kept beside what it made of them. */
  readonly rawBody?: unknown
  /** The whole path, where a framework cut the mount's off `url`. */
  readonly originalUrl?: string | undefined
}

/** How a request is read. */
export interface ReadOptions {
  /** The longest body to read. */
  readonly maxBodyBytes: number
  /** What to tell the user of this framework when the body was consumed before it got here: one or two sentences. */
  readonly fix: string
}

/**
 * Translates a request of Node's HTTP server. Never rejects.
 *
 * @returns `undefined` when nobody waits for a reply any more: the client has disconnected.
 */
export async function readRequest(
  request: NodeRequest,
  response: ServerResponse,
  options: ReadOptions,
): Promise<ReceivedRequest | undefined> {
  const body = keptBytes(request) ?? (await readBody(request, options).catch(() => undefined))
  if (!body || response.closed) return undefined
  const { method = '', headers, originalUrl, url = '' } = request
  return new ConnectedRequest(response, { method, headers, url: originalUrl ?? url, body })
}

/**
 * Reads a body up to `maxBodyBytes`. Of a longer one nothing is kept.
 *
 * @param stream the request, or what a hook put in its place.
 * @throws whatever broke the stream before its end.
 */
export function readBody(
  stream: Readable & { readonly headers?: IncomingMessage['headers'] },
  { maxBodyBytes, fix }: ReadOptions,
): Promise<Uint8Array | UnreadableBody> {
  return new Promise((resolve, reject) => {
    // Decided at once: waiting for the end of a stream that has already ended would never end.
    const isConsumed = stream.readableDidRead || stream.readableEnded || stream.readableEncoding !== null
    if (isConsumed) return resolve({ unreadable: 'already_parsed', fix })
    if (Number(stream.headers?.['content-length']) > maxBodyBytes) return resolve({ unreadable: 'too_large' })
    if (stream.destroyed) return reject(stream.errored ?? brokenOff())
    // Whatever settles first counts. A body that is too large keeps flowing, unkept, so that the client gets to
    // read the reply instead of a connection reset.
    let chunks: Uint8Array[] = []
    let size = 0
    stream.on('data', (chunk: Uint8Array | string) => {
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
      size += bytes.byteLength
      if (size <= maxBodyBytes) return chunks.push(bytes)
      chunks = []
      return resolve({ unreadable: 'too_large' })
    })
    stream.on('end', () => resolve(concatenate(chunks, size)))
    stream.on('error', reject)
    // Asked first: every stream closes, and an error is expensive to make.
    stream.on('close', () => stream.readableEnded || reject(brokenOff()))
    stream.resume()
  })
}

function brokenOff(): Error {
  return new Error('The body broke off.')
}

function keptBytes({ body, rawBody }: NodeRequest): Uint8Array | undefined {
  if (rawBody instanceof Uint8Array) return rawBody
  return body instanceof Uint8Array ? body : undefined
}
