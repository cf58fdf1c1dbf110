import { Readable } from 'node:stream'
import type { ReceivedRequest } from '@complywise/webhooks'
import { disconnection, readBody } from '@complywise/webhooks/node'
import type { FastifyReply, FastifyRequest } from 'fastify'

const fix =
  'A hook consumed the body before webhookHandler saw it. Leave the routes of webhookHandler out of that hook, or let ' +
  'its preParsing return a stream of the same bytes.'

/**
 * Translates a request of Fastify, whose body is the unread stream.
 *
 * @returns `undefined` when nobody waits for a reply any more: the client has disconnected.
 * @throws whatever else broke the stream, such as a hook's own transformation of it.
 */
export async function readRequest(
  { method, headers, originalUrl: url, body: payload, raw }: FastifyRequest,
  { raw: response }: FastifyReply,
  maxBodyBytes: number,
): Promise<ReceivedRequest | undefined> {
  try {
    // Where Fastify ran no parser there is no payload.
    const body = await readBody(payload instanceof Readable ? payload : raw, { maxBodyBytes, fix })
    if (!body || response.closed) return undefined
    return { method, headers, url, body, signal: disconnection(response) }
  } catch (error) {
    if (response.closed) return undefined
    throw error
  }
}
