import { secrets } from '../fixture/secrets.ts'
import { bodySignature } from './signature.ts'

/** A request, before it is put on the wire. */
export interface Message {
  readonly method: string
  /** The path and query. */
  readonly path: string
  /** In this order and case, a repeated one as often as it is here. Values are ISO 8859-1. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** How the body is put on the wire: with its length announced, or in chunks of as many bytes. */
export type Framing = 'length' | { readonly chunksOf: number }

/** A `POST` of JSON to `/webhooks`, with a correct `X-ComplyWise-Signature`. */
export async function signedMessage(
  content: object | string | Buffer,
  options: { readonly secret?: string; readonly path?: string } = {},
): Promise<Message> {
  const body = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  return {
    method: 'POST',
    path: options.path ?? '/webhooks',
    headers: [
      ['content-type', 'application/json'],
      ['x-complywise-signature', await bodySignature(body, options.secret ?? secrets.main)],
    ],
    body,
  }
}

/** The message with a header, once for each value, in place of what it had; none takes the header away. */
export function withHeader(message: Message, name: string, ...values: readonly string[]): Message {
  const others = message.headers.filter(([key]) => key.toLowerCase() !== name.toLowerCase())
  return { ...message, headers: [...others, ...values.map((value): [string, string] => [name, value])] }
}

/** The message with more headers. */
export function withHeaders(message: Message, headers: Message['headers']): Message {
  return { ...message, headers: [...message.headers, ...headers] }
}

/** The value of a header that the message has. */
export function valueOf({ headers }: Message, name: string): string {
  const found = headers.find(([key]) => key === name)
  if (!found) throw new Error(`The message has no header ${name}.`)
  return found[1]
}

/** The head of the request, with its empty line. */
export function encodeHead(message: Message, ...more: Message['headers']): Buffer {
  const headers = [['host', 'localhost'], ...message.headers, ...more]
  const lines = [
    `${message.method} ${message.path} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** The request in the pieces in which it is written. */
export function encodeMessage(message: Message, framing: Framing = 'length'): readonly Buffer[] {
  const { body } = message
  if (framing === 'length') {
    return [Buffer.concat([encodeHead(message, ['content-length', String(body.length)]), body])]
  }
  const head = encodeHead(message, ['transfer-encoding', 'chunked'])
  return [head, ...split(body, framing.chunksOf).map(encodeChunk), Buffer.from('0\r\n\r\n')]
}

/** A chunk of a chunked body. */
export function encodeChunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

/** The bytes in pieces of `size`. */
export function split(bytes: Buffer, size: number): readonly Buffer[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}
