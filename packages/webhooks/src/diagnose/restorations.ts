import { decodeBase64, decodeLatin1 } from '../wire/encoding.ts'

/** A change that something may have made to a body on its way, undone. */
export interface Restoration {
  readonly code: 'body_reserialized' | 'body_reencoded'
  /** The change, in words that follow "it was". */
  readonly change: string
  /** The body as it would have been sent. */
  readonly body: Uint8Array
}

/**
 * Undoes what parsers, text decoders and proxies do to bodies.
 *
 * @yields one change undone at a time: at most 42 bodies.
 */
export function* restorations(body: Uint8Array): Generator<Restoration> {
  const text = decodeUtf8(body)
  if (text === undefined) {
    const latin1 = Array.from(body, (byte) => String.fromCharCode(byte)).join('')
    yield { code: 'body_reencoded', change: 'written as Latin-1', body: encodeUtf8(latin1) }
    return
  }
  const value = parseJson(text)
  for (const [change, original] of reencoded(text, value)) {
    if (original === text || original === undefined) continue
    const bytes = typeof original === 'string' ? encodeUtf8(original) : original
    yield { code: 'body_reencoded', change, body: bytes }
  }
  for (const original of reserialized(text, value)) {
    yield {
      code: 'body_reserialized',
      change: 'parsed as JSON and written again',
      body: encodeUtf8(original),
    }
  }
}

/** Decodes UTF-8, keeping a byte order mark; `undefined` for anything else. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** The value of JSON text; `undefined` for anything else. */
export function parseJson(text = ''): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The same text from before its bytes changed. */
function reencoded(
  text: string,
  value: unknown,
): readonly (readonly [change: string, original: string | Uint8Array | undefined])[] {
  return [
    ['stripped of the line break at its end', `${text}\n`],
    ['stripped of the line break at its end', `${text}\r\n`],
    ['given whitespace at its end', text.trimEnd()],
    ['written with LF in place of CRLF', text.replace(/\r?\n/g, '\r\n')],
    ['written with CRLF in place of LF', text.replaceAll('\r\n', '\n')],
    ['stripped of its byte order mark', `\uFEFF${text}`],
    ['given a byte order mark', text.replace(/^\uFEFF/, '')],
    [
      'read as Latin-1 and written as UTF-8',
      /[^\0-\xff]|^[^\x80-\xff]*$/.test(text) ? text : decodeLatin1(text),
    ],
    ['left in base64', decodeBase64(text.trim())],
    ['put into a JSON string', typeof value === 'string' ? value : undefined],
  ]
}

/** The same JSON as serializers write it: with and without spaces, escapes, and a line break at the end. */
function reserialized(text: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  // Only strings are read and written; numbers stay as they are spelled, and keys as often as they are there.
  const tokens = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[,:]|[^\s",:]+/g) ?? []
  const written = tokens.map((token) => (token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : token))
  const texts = [
    written.join(''),
    written.map((token) => (/^[,:]$/.test(token) ? `${token} ` : token)).join(''),
    // Indentation grows with the square of the depth, and strangers choose it.
    ...(depthOf(tokens) > maxDepth ? [] : [JSON.stringify(value, null, 2), JSON.stringify(value, null, 4)]),
  ]
    .flatMap((json) => [json, json.replace(/[^\0-\x7f]/g, escapeUnit)])
    .flatMap((json) => [json, json.replaceAll('/', '\\/')])
    .flatMap((json) => [json, `${json}\n`])
  return [...new Set(texts)].filter((json) => json !== text)
}

/** Deeper than any event. */
const maxDepth = 32

/** How deep JSON is nested. */
function depthOf(tokens: readonly string[]): number {
  let depth = 0
  let deepest = 0
  const syntax = tokens.filter((token) => !token.startsWith('"')).join('')
  for (const [bracket] of syntax.matchAll(/[{}[\]]/g)) {
    depth += bracket === '{' || bracket === '[' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
