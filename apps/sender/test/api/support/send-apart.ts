import { type ClientRequest, request } from 'node:http'
import type { TestApi } from './start-api.ts'

/** Sends a request over a connection of its own, which is destroyed by whoever does not want the answer. */
export function sendApart(
  { origin, keys }: TestApi,
  method: string,
  path: string,
  json: unknown,
): ClientRequest {
  const headers = { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' }
  const sent = request(origin + path, { agent: false, method, headers })
  sent.on('error', () => undefined).end(JSON.stringify(json))
  return sent
}
