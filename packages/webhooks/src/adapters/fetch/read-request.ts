import type { ReceivedRequest, UnreadableBody } from '../../receive/request.ts'
import { concatenate } from '../concatenate.ts'

/** How a request is read. */
export interface ReadOptions {
  /** The longest body to read. */
  readonly maxBodyBytes: number
  /** What to tell the user of this framework when the body was read before it got here: one or two sentences. */
  readonly fix: string
  /** The body's bytes, where the framework has kept them. */
  readonly kept?: Uint8Array | undefined
}

/**
 * Translates a WHATWG `Request`.
 *
 * @returns `undefined` when nobody waits for a reply any more: the client has disconnected.
 * @throws whatever else broke the body.
 */
export async function readRequest(
  request: Request,
  options: ReadOptions,
): Promise<ReceivedRequest | undefined> {
  const { method, headers, signal } = request
  try {
    const body = options.kept ?? (await readBody(request, options))
    if (signal.aborted) return undefined
    return { method, headers, url: pathAndQuery(request.url), body, signal }
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

// Much cheaper than new URL(), which has already made this URL what it is.
function pathAndQuery(url: string): string {
  return url.slice(url.indexOf('/', url.indexOf('://') + 3))
}

async function readBody(
  request: Request,
  { maxBodyBytes, fix }: ReadOptions,
): Promise<Uint8Array | UnreadableBody> {
  if (request.bodyUsed) return { unreadable: 'already_parsed', fix }
  const length = request.headers.get('content-length')
  if (Number(length) > maxBodyBytes) return { unreadable: 'too_large' }
  // A server lets no body be longer than announced, and frameworks have a shortcut to the whole of it.
  if (length !== null || !request.body) return new Uint8Array(await request.arrayBuffer())
  if (request.body.locked) return { unreadable: 'already_parsed', fix }
  return readStream(request.body.getReader(), maxBodyBytes)
}

async function readStream(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBodyBytes: number,
): Promise<Uint8Array | UnreadableBody> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > maxBodyBytes) {
      drain(reader).catch(() => undefined)
      return { unreadable: 'too_large' }
    }
    chunks.push(value)
  }
  return concatenate(chunks, size)
}

// Cancelling would close the connection, and the client would see that instead of the reply.
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
