import { gunzipSync } from 'node:zlib'
import { readRequest } from '@complywise/webhooks/fetch'
import { changed } from './change-request.ts'
import { around, type Flaw, jsonOf, replying, replyOf, textOf } from './flaw.ts'
import { writeReply } from './write-reply.ts'

/** Mistakes in reading the body. */
export const bodyFlaws: readonly Flaw[] = [
  {
    name: 'verifies what it has printed anew',
    create: around((request, next) => {
      const json = jsonOf(request)
      return next(
        json === undefined ? request : changed(request, { body: Buffer.from(JSON.stringify(json)) }),
      )
    }),
    fails: [
      'a body with escaped letters',
      'a body with escaped slashes',
      'a body with a number that JSON would print differently',
      'a body with a number of too many digits',
      'a body with odd spacing',
      'a body with carriage returns',
      'a body with a key twice',
      'a body with keys out of order',
      'a body with a byte order mark',
      'a body with a line break at its end',
      'a body with blank lines around it',
      'a body that is no UTF-8: 400',
      'a body of the limit, *',
      'a body of a limit beyond *',
      'request.clone().json(): works',
    ],
  },
  {
    name: 'reads the body as text',
    webhookHandler: reading((body) => Buffer.from(new TextDecoder().decode(body))),
    fails: [
      'a body changed: a byte order mark added',
      'a body with a byte order mark',
      'gzip, signed as it was sent: 400',
      'a body that is no UTF-8: 400',
    ],
  },
  {
    name: 'reads each piece of the body as text',
    webhookHandler: readingPieces((pieces) =>
      Buffer.from(
        pieces.map((piece) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(piece)).join(''),
      ),
    ),
    fails: [
      'a body of 400 kB',
      'a chunked body, one byte to a chunk',
      'a chunked body, two bytes to a chunk',
      'a chunked body, three bytes to a chunk',
      'a chunked body, five bytes to a chunk',
      'a body that comes byte by byte',
      'gzip, signed as it was sent: 400',
      'a body that is no UTF-8: 400',
    ],
  },
  {
    name: 'reads the first piece of the body only',
    webhookHandler: readingPieces((pieces) => pieces[0] ?? Buffer.alloc(0)),
    fails: [
      'a body of 400 kB',
      'a chunked body, one byte to a chunk',
      'a chunked body, two bytes to a chunk',
      'a chunked body, three bytes to a chunk',
      'a chunked body, five bytes to a chunk',
      'a body that comes byte by byte',
      'a body of the limit, chunked: 200',
      'a body one byte longer, chunked: 413',
      'a body of a limit beyond *',
      'the limit counts bytes, not characters',
      'after 413 the connection goes on or is closed cleanly: chunked',
    ],
  },
  {
    name: 'reads the body as ISO 8859-1',
    webhookHandler: reading((body) => Buffer.from(Buffer.from(body).toString('latin1'))),
    fails: [
      'a body with letters beyond ASCII',
      'a body with characters beyond the basic plane',
      'a body with a byte order mark',
      'a body of 400 kB',
      'a chunked body, *',
      'a body that comes byte by byte',
      'gzip, signed as it was sent: 400',
      'a body that is no UTF-8: 400',
      'request.clone().json(): works',
    ],
  },
  {
    name: 'trims the body',
    webhookHandler: reading((body) => Buffer.from(Buffer.from(body).toString('latin1').trim(), 'latin1')),
    fails: [
      'a body changed: a line break added',
      'a body with a line break at its end',
      'a body with blank lines around it',
      'a body of the limit, *',
      'a body one byte longer, chunked: 413',
      'a body of 300 times the limit, chunked: 413',
      'a body of a limit beyond *',
      'after 413 the connection goes on or is closed cleanly: chunked',
    ],
  },
  {
    name: 'repairs what was cut off',
    webhookHandler: reading((body) => {
      const repaired = Buffer.concat([body, Buffer.from('}')])
      return !isJson(body) && isJson(repaired) ? repaired : body
    }),
    fails: [
      'a body changed: cut off',
      'a body with half of its JSON: 400',
      'an announced length that is too short brings no event',
    ],
  },
  {
    name: 'ends lines in one way',
    webhookHandler: reading((body) =>
      Buffer.from(Buffer.from(body).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
    ),
    fails: ['a body with carriage returns', 'a body with blank lines around it'],
  },
  {
    name: 'unpacks the body',
    webhookHandler: reading((body, request) =>
      request.headers.get('content-encoding') === 'gzip' ? gunzipSync(body) : body,
    ),
    fails: ['gzip, signed as it was sent: 400', 'gzip, signed before it was packed: 401'],
  },
  {
    name: 'refuses text that a database cannot hold',
    create: around(async (request, next) => {
      const isHeld = !/\\u0000|\\ud83d"/.test(textOf(request))
      return isHeld ? next(request) : replyOf(400, 'malformed')
    }),
    fails: ['a body with half of a surrogate pair', 'a body with an escaped zero byte'],
  },
  {
    name: 'refuses JSON that is unusual',
    create: around(async (request, next) =>
      /\[{100}|"":/.test(textOf(request)) ? replyOf(400, 'malformed') : next(request),
    ),
    fails: ['a body with an empty key', 'a body with deep nesting'],
  },
  {
    name: 'takes a request without a body for a test',
    create: around(async (request, next) => {
      const isEmpty =
        request.method === 'POST' && ArrayBuffer.isView(request.body) && request.body.byteLength === 0
      return isEmpty ? replyOf(200, 'ignored') : next(request)
    }),
    fails: [
      'a body changed: replaced by nothing',
      'a body with no bytes: 400',
      'a body with no bytes, and no word of its length: 400',
    ],
  },
  {
    name: 'fails on what is no JSON',
    create: replying((reply, request) =>
      reply.status === 400 && jsonOf(request) === undefined ? replyOf(500, 'failed') : reply,
    ),
    fails: [
      'gzip, signed as it was sent: 400',
      'a body with no bytes: 400',
      'a body with no JSON: 400',
      'a body with half of its JSON: 400',
      'a body with an unescaped zero byte: 400',
      'a body with no bytes, and no word of its length: 400',
    ],
  },
  {
    name: 'replaces what is no UTF-8',
    create: replying((reply, request) =>
      reply.status === 400 && textOf(request).includes('\uFFFD') && jsonOf(request) !== undefined
        ? replyOf(200, 'processed')
        : reply,
    ),
    fails: ['a body that is no UTF-8: 400'],
  },
  {
    name: 'takes any JSON for an envelope',
    create: replying((reply, request) =>
      reply.status === 400 && jsonOf(request) !== undefined && !textOf(request).includes('\uFFFD')
        ? replyOf(200, 'ignored')
        : reply,
    ),
    fails: [
      'a body with an array: 400',
      'a body with null: 400',
      'a body with no event type: 400',
      'a body with no event id: 400',
      'a body with an event id that is no UUID: 400',
      'a body with a time that is none: 400',
      'a body with data that is no object: 400',
    ],
  },
]

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(body))
    return true
  } catch {
    return false
  }
}

/** Adapters that change the body on the way. */
function reading(
  change: (body: Uint8Array, request: Request) => Uint8Array,
): NonNullable<Flaw['webhookHandler']> {
  return readingPieces((pieces, request) => change(Buffer.concat(pieces), request))
}

/** Adapters that join the pieces in which the body came in a way of their own. */
function readingPieces(
  join: (pieces: readonly Uint8Array[], request: Request) => Uint8Array,
): NonNullable<Flaw['webhookHandler']> {
  return (receiver) => async (request) => {
    const { maxBodyBytes } = receiver
    const isReadable = !request.bodyUsed && request.body && !request.body.locked
    const isShort = !(Number(request.headers.get('content-length')) > maxBodyBytes)
    const kept = isReadable && isShort ? join(await piecesOf(request.body), request) : undefined
    const received = await readRequest(request, { maxBodyBytes, fix: 'Read request.clone().', kept })
    return received ? writeReply(await receiver.receive(received)) : new Response(null, { status: 499 })
  }
}

async function piecesOf(stream: ReadableStream<Uint8Array>): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = []
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return pieces
    pieces.push(value)
  }
}
