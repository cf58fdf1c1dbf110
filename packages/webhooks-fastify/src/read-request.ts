import type { Readable } from 'node:stream'
import type { ReceivedRequest, UnreadableBody } from '@complywise/webhooks'
import { ConnectedRequest, readBody as readStream } from '@complywise/webhooks/node'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What the plugin's parser leaves on a request; nothing, where Fastify saw no body. */
export interface WebhookRequest {
  Body: Uint8Array | UnreadableBody | undefined
}

const fix =
  'A hook consumed the body before webhookHandler saw it. Leave the routes of webhookHandler out of that hook, or let ' +
  'its preParsing return a stream of the same bytes.'

/**
 * The plugin's content type parser: keeps the bytes.
 *
 * @throws whatever broke the stream, such as a hook's own transformation of it.
 */
export function readBody(payload: Readable, maxBodyBytes: number): Promise<Uint8Array | UnreadableBody> {
  return readStream(payload, { maxBodyBytes, fix })
}

/**
 * Translates a request of Fastify.
 *
 * @returns `undefined` when nobody waits for a reply any more: the client has disconnected.
 */
export function readRequest(
  { method, headers, originalUrl: url, body = new Uint8Array() }: FastifyRequest<WebhookRequest>,
  { raw: response }: FastifyReply,
): ReceivedRequest | undefined {
  return response.closed ? undefined : new ConnectedRequest(response, { method, headers, url, body })
}
