import type { SignatureCode } from './check-signature-codes.ts'
import { escapeJson, jsonEscapes } from './check-signature-escapes.ts'
import { type JsonStyle, spaceOf, writeJson, writePythonRepr } from './check-signature-json-writing.ts'
import { type JsonNode, measureJson, readJson } from './check-signature-json.ts'
import type { CountedWork } from './check-signature-work.ts'

/** What became of a body. */
export interface BodyChange {
  readonly code: SignatureCode
  /** In words that follow "it was". */
  readonly change: string
}

/** What somebody may have hashed in place of the body. */
export interface BodyVariant extends BodyChange {
  readonly body: Uint8Array
}

/** Of longer bodies fewer variants are made: most events are shorter, and each variant is work. */
const MAX_THOROUGH_BYTES = 16_384

/**
 * What parsers, serializers, decoders and frameworks make of a body: at most 180 of a short one, all different,
 * the most frequent first.
 *
 * @yields one at a time, made when it is asked for and kept by nobody here, until as many bytes were made as `work`
 * permits.
 */
export async function* bodyVariants(body: Uint8Array, work: CountedWork): AsyncGenerator<BodyVariant> {
  const digestOf = (bytes: Uint8Array): string => latin1(work.hashing.hash('sha256', bytes))
  const seen = new Set([digestOf(body)])
  for await (const variant of everyVariant(body, work)) {
    const digest = digestOf(variant.body)
    await work.made(variant.body.length)
    if (!seen.has(digest)) yield variant
    seen.add(digest)
    if (work.hasMadeAll()) return
  }
}

async function* everyVariant(body: Uint8Array, work: CountedWork): AsyncGenerator<BodyVariant> {
  const text = Buffer.from(body).toString('utf8')
  const isThorough = body.length <= MAX_THOROUGH_BYTES
  const node = await readJson(text, work)
  yield* withLineBreaks(text)
  yield* emptied()
  const rewriter = { isThorough, maxSpace: body.length + MAX_SPACE, work }
  if (node !== undefined) yield* rewritten(node, rewriter)
  if (node !== undefined) yield* reduced(node, rewriter)
  if (isThorough) yield* misrepresented(body, text, node)
  yield* reencoded(body, text, isThorough)
}

function* withLineBreaks(text: string): Generator<BodyVariant> {
  yield newline('given a line break at its end', `${text}\n`)
  yield newline('given a line break at its end', `${text}\r\n`)
  yield newline('given a space at its end', `${text} `)
  yield newline('given a line break at its start', `\n${text}`)
  const others = [
    ['written with CRLF in place of LF', text.replace(/\r?\n/g, '\r\n')],
    ['written with LF in place of CRLF', text.replaceAll('\r\n', '\n')],
    ['stripped of white space at its ends', text.trim()],
  ] as const
  for (const [change, changed] of others) if (changed !== text) yield newline(change, changed)
}

async function* rewritten(node: JsonNode, rewriter: Rewriter): AsyncGenerator<BodyVariant> {
  for await (const { words, text } of writtenAgain(node, rewriter)) {
    yield rewriting(`parsed as JSON and written again${words}`, text)
  }
}

async function* reduced(node: JsonNode, rewriter: Rewriter): AsyncGenerator<BodyVariant> {
  if (node.kind !== 'object') return
  const values = new Map(node.members)
  const id = values.get('event_id')
  if (id?.kind === 'string') {
    yield { code: 'body_event_id_only', change: 'reduced to its `event_id`', body: encode(id.value) }
  }
  const data = values.get('data')
  if (data === undefined) return
  for await (const { words, text } of writtenAgain(data, rewriter)) {
    yield { code: 'body_data_only', change: `reduced to its \`data\`${words}`, body: encode(text) }
  }
}

function* emptied(): Generator<BodyVariant> {
  yield { code: 'body_empty', change: 'emptied: something had read the stream before', body: encode('') }
  yield { code: 'body_empty', change: 'replaced by an empty object', body: encode('{}') }
  for (const text of ['undefined', 'null', 'None', '[object Promise]', '[object ReadableStream]']) {
    yield { code: 'body_empty', change: `replaced by the text \`${text}\``, body: encode(text) }
  }
}

function* misrepresented(body: Uint8Array, text: string, node: JsonNode | undefined): Generator<BodyVariant> {
  yield rewriting('parsed, and the object turned into the text `[object Object]`', '[object Object]')
  if (node !== undefined) {
    yield rewriting(
      'parsed as JSON and written again, with its numbers in another form',
      JSON.stringify(JSON.parse(text)),
    )
    yield rewriting('parsed, and the dictionary turned into text by Python’s `str`', writePythonRepr(node))
  }
  yield rewriting('turned into text as Python’s `str` does with bytes', `b'${text.replaceAll("'", "\\'")}'`)
  yield rewriting('turned into JSON as a Buffer', JSON.stringify(Buffer.from(body)))
  yield rewriting('turned into a list of numbers', body.join(','))
  yield rewriting('turned into JSON a second time', JSON.stringify(text))
}

function* reencoded(body: Uint8Array, text: string, isThorough: boolean): Generator<BodyVariant> {
  yield reencoding('given a byte order mark', `\uFEFF${text}`)
  yield reencoding('read as Latin-1 and written as UTF-8', latin1(body))
  yield reencoding('written as Latin-1', Buffer.from(text, 'latin1'))
  yield reencoding('written as ASCII, with ? for every other character', text.replace(/[^\0-\x7f]/gu, '?'))
  if (!isThorough) return
  yield reencoding('written as UTF-16', Buffer.from(text, 'utf16le'))
  yield reencoding('written as UTF-16', Buffer.from(text, 'utf16le').swap16())
  yield reencoding('encoded in base64', Buffer.from(body).toString('base64'))
  yield reencoding('encoded in hexadecimal', Buffer.from(body).toString('hex'))
  yield reencoding('encoded for a URL', encodeURIComponent(text.toWellFormed()))
  yield reencoding('stripped of all white space', text.replaceAll(/\s/g, ''))
}

function newline(change: string, changed: string): BodyVariant {
  return { code: 'body_newline', change, body: encode(changed) }
}

function rewriting(change: string, changed: string): BodyVariant {
  return { code: 'body_reserialized', change, body: encode(changed) }
}

function reencoding(change: string, changed: Uint8Array | string): BodyVariant {
  return { code: 'body_reencoded', change, body: typeof changed === 'string' ? encode(changed) : changed }
}

interface Rewriter {
  readonly isThorough: boolean
  /** Most characters of white space that a layout may add. */
  readonly maxSpace: number
  readonly work: CountedWork
}

/** How much more white space than the body has bytes a layout may add: deep nesting would make it many times as long. */
const MAX_SPACE = 64 * 1024

interface WrittenJson {
  /** In words that follow "written again". */
  readonly words: string
  readonly text: string
}

// What serializers make of it, plain ones first.
async function* writtenAgain(node: JsonNode, rewriter: Rewriter): AsyncGenerator<WrittenJson> {
  const { isThorough, maxSpace, work } = rewriter
  const shape = measureJson(node)
  for (const areKeysSorted of isThorough ? [false, true] : [false]) {
    for (const [spacing, layout] of layouts) {
      if (spaceOf(shape, layout) > maxSpace) continue
      const plain = await writeJson(node, { ...layout, areKeysSorted }, work)
      for (const [escaping, escape] of isThorough ? jsonEscapes : jsonEscapes.slice(0, 2)) {
        const text = escape === undefined ? plain : await escapeJson(plain, escape, work)
        if (escape !== undefined && text === plain) continue
        const words = [spacing, areKeysSorted ? 'its keys sorted' : '', escaping]
        yield { words: wordsOf(words), text }
        if (!isThorough || areKeysSorted) continue
        yield { words: wordsOf([...words, 'a line break at its end']), text: `${text}\n` }
      }
    }
  }
}

function wordsOf(words: readonly string[]): string {
  const list = words.filter((word) => word !== '')
  if (list.length < 2) return list.map((word) => `, with ${word}`).join('')
  return `, with ${list.slice(0, -1).join(', ')} and ${list.at(-1)}`
}

const layouts: readonly (readonly [words: string, layout: Omit<JsonStyle, 'areKeysSorted'>])[] = [
  ['', { afterComma: '', afterColon: '', indent: '' }],
  [
    'a space after commas and colons, as Python’s `json.dumps` does',
    { afterComma: ' ', afterColon: ' ', indent: '' },
  ],
  ['an indentation of two spaces', { afterComma: '', afterColon: ' ', indent: '  ' }],
  ['an indentation of four spaces', { afterComma: '', afterColon: ' ', indent: '    ' }],
  ['an indentation of tabs', { afterComma: '', afterColon: ' ', indent: '\t' }],
]

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
