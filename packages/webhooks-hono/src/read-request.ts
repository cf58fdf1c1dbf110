import type { ReceivedRequest } from '@complywise/webhooks'
import { readRequest as readFetchRequest } from '@complywise/webhooks/fetch'
import type { HonoRequest } from 'hono'

const fix =
  'A middleware read the body through c.req.raw before webhookHandler saw it. Read it through c.req instead, such as ' +
  'await c.req.json(): Hono keeps what was read that way.'

/**
 * Translates a request of Hono.
 *
 * @returns `undefined` when nobody waits for a reply any more: the client has disconnected.
 * @throws whatever else broke the body.
 */
export async function readRequest(
  request: HonoRequest,
  maxBodyBytes: number,
): Promise<ReceivedRequest | undefined> {
  return readFetchRequest(request.raw, { maxBodyBytes, fix, kept: await keptBytes(request) })
}

/** The bytes of a body that a middleware or validator has read through `c.req`. */
async function keptBytes(request: HonoRequest): Promise<Uint8Array | undefined> {
  const { arrayBuffer, blob, text } = request.bodyCache
  return arrayBuffer || blob || text ? new Uint8Array(await request.arrayBuffer()) : undefined
}
