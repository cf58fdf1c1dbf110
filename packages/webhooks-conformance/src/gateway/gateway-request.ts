import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** What a gateway has of a request when it invokes a function. */
export interface GatewayRequest {
  readonly method: string
  readonly path: string
  /** Without the question mark, as it was sent. */
  readonly query: string
  /** In the order and case of the wire. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** Reads a request to its end. */
export async function readGatewayRequest(incoming: IncomingMessage): Promise<GatewayRequest> {
  const { method = 'GET', url = '/', rawHeaders } = incoming
  const [path = '/', ...query] = url.split('?')
  const headers = Array.from({ length: rawHeaders.length / 2 }, (_, index): [string, string] => [
    rawHeaders[2 * index]!,
    rawHeaders[2 * index + 1]!,
  ])
  return { method, path, query: query.join('?'), headers, body: await buffer(incoming) }
}

/** The body as JSON can carry it. Text that is no UTF-8 loses what it was. */
export function encodeBody(body: Buffer, isBinary: boolean): { body: string; isBase64Encoded: boolean } {
  return { body: body.toString(isBinary ? 'base64' : 'utf8'), isBase64Encoded: isBinary }
}

/** The values of each name, in order. */
export function groupValues(
  pairs: readonly (readonly [name: string, value: string])[],
): Readonly<Record<string, readonly string[]>> {
  const values = new Map<string, string[]>()
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value])
  return Object.fromEntries(values)
}

/** The pairs of a query, not decoded. */
export function queryPairs(query: string): readonly (readonly [name: string, value: string])[] {
  const parts = query === '' ? [] : query.split('&')
  return parts.map((part) => {
    const [name = '', ...value] = part.split('=')
    return [name, value.join('=')]
  })
}

/** The pairs of a query, decoded. */
export function decodedPairs(query: string): readonly (readonly [name: string, value: string])[] {
  return queryPairs(query).map(([name, value]) => [decodeURIComponent(name), decodeURIComponent(value)])
}

/** The first value of a header, or nothing. */
export function headerValue({ headers }: GatewayRequest, name: string): string {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? ''
}
