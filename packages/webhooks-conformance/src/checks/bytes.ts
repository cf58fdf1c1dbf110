import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { check, requirement } from '../conformance-check.ts'
import type { Client } from '../driver/client.ts'
import { writeAll } from '../driver/client.ts'
import { newEvent } from '../driver/events.ts'
import { expectRuns, expectWord, words } from '../driver/expectations.ts'
import {
  encodeHead,
  encodeMessage,
  type Framing,
  type Message,
  signedMessage,
  split,
  withHeader,
} from '../driver/message.ts'

/** What stands for `"name":"x"` in the data of an envelope. */
const fields: readonly (readonly [name: string, json: string])[] = [
  ['letters beyond ASCII', '"name":"Żółć, Ærø, Ελλάδα, 漢字"'],
  ['characters beyond the basic plane', '"name":"🛡️ 👩‍💻 𝒞"'],
  ['escaped letters', '"name":"\\u00e9\\ud83d\\ude00"'],
  ['half of a surrogate pair', '"name":"\\ud83d"'],
  ['escaped slashes', '"url":"https:\\/\\/app.example\\/controls"'],
  ['an escaped zero byte', '"name":"a\\u0000b"'],
  ['a number that JSON would print differently', '"score":1.0,"e":1E2,"z":-0.0'],
  ['a number of too many digits', '"n":12345678901234567890,"f":0.1234567890123456789'],
  ['odd spacing', '  "name"\t:\t\t"x" , "list" : [ 1,2 , 3 ]   '],
  ['carriage returns', '\r\n  "name":\r\n"x"\r\n'],
  ['a key twice', '"name":"first","name":"last"'],
  ['an empty key', '"":1'],
  ['keys out of order', '"10":1,"2":2,"b":3,"a":4'],
  ['deep nesting', `"list":${'['.repeat(500)}${']'.repeat(500)}`],
]

const wholes: readonly (readonly [name: string, change: (text: string) => string])[] = [
  ['a byte order mark', (text) => `\uFEFF${text}`],
  ['a line break at its end', (text) => `${text}\n`],
  ['blank lines around it', (text) => `\r\n\r\n${text}\r\n\r\n`],
]

const framings: readonly (readonly [name: string, Framing])[] = [
  ['one byte to a chunk', { chunksOf: 1 }],
  ['two bytes to a chunk', { chunksOf: 2 }],
  ['three bytes to a chunk', { chunksOf: 3 }],
  ['five bytes to a chunk', { chunksOf: 5 }],
  ['a single chunk', { chunksOf: 100_000 }],
]

const split4 = '"name":"漢字 🛡️ żółć"'

/** Signatures cover bytes. */
export const byteChecks = requirement('A body is taken byte for byte', [
  ...fields.map(([name, json]) =>
    check(`a body with ${name}`, (client) => expectTaken(client, (start) => `${start}{${json}}}`)),
  ),
  ...wholes.map(([name, change]) =>
    check(`a body with ${name}`, (client) => expectTaken(client, (start) => change(`${start}{"n":1}}`))),
  ),
  check('a body of 400 kB', (client) =>
    expectTaken(client, (start) => `${start}{"name":"${'é'.repeat(200_000)}"}}`),
  ),
  ...framings.map(([name, framing]) =>
    check(`a chunked body, ${name}`, (client) =>
      expectTaken(
        client,
        (start) => `${start}{${split4}}}`,
        (message) => encodeMessage(message, framing),
      ),
    ),
  ),
  check('a body that comes byte by byte', (client) =>
    expectTaken(
      client,
      (start) => `${start}{${split4}}}`,
      (message) => [
        encodeHead(message, ['content-length', String(message.body.length)]),
        ...split(message.body, 1),
      ],
    ),
  ),
  check('a body that waits for 100 Continue', async (client) => {
    const event = newEvent({ name: 'waits' })
    const message = await signedMessage(event)
    const connection = client.connect()
    await connection.write(
      encodeHead(message, ['content-length', String(message.body.length)], ['expect', '100-continue']),
    )
    // By then a server that says 100 Continue has said it, and others are not waited for.
    await client.recording()
    await connection.write(message.body)
    expectWord(await connection.readAnswer(), words.processed)
    await expectRuns(client, event.event_id, 1)
  }),
])

/** What is signed, and yet no event. */
export const envelopeChecks = requirement('What is signed and no envelope is answered 400', [
  ...Object.entries({
    'no bytes': '',
    'no JSON': 'event=policy.approved',
    'half of its JSON': JSON.stringify(newEvent()).slice(0, -1),
    'an array': JSON.stringify([newEvent()]),
    null: 'null',
    'no event type': JSON.stringify({ ...newEvent(), event: undefined }),
    'no event id': JSON.stringify({ ...newEvent(), event_id: undefined }),
    'an event id that is no UUID': JSON.stringify(newEvent({}, { event_id: '1' })),
    'a time that is none': JSON.stringify(newEvent({}, { timestamp: 'yesterday' })),
    'data that is no object': JSON.stringify({ ...newEvent(), data: [] }),
    'an unescaped zero byte': JSON.stringify(newEvent({ name: 'a0b' })).replace('a0b', 'a\0b'),
  }).map(([name, body]) =>
    check(`a body with ${name}: 400`, async (client) => {
      expectWord(await client.send(await signedMessage(body)), words.malformed)
      assert.deepEqual((await client.recording()).runs, [])
    }),
  ),
  check('a body with no bytes, and no word of its length: 400', async (client) => {
    const message = await signedMessage('')
    const connection = client.connect()
    await connection.write(encodeHead(message))
    expectWord(await connection.readAnswer(), words.malformed)
  }),
  check('a body that is no UTF-8: 400', async (client) => {
    const text = JSON.stringify(newEvent({ name: '@@' }))
    const body = Buffer.from(text)
    body.set([0xc3, 0x28], text.indexOf('@@'))
    expectWord(await client.send(await signedMessage(body)), words.malformed)
    assert.deepEqual((await client.recording()).runs, [])
  }),
])

/** Nothing is unpacked. */
export const encodingChecks = requirement('A compressed body is not unpacked', [
  check('gzip, signed as it was sent: 400', async (client) => {
    const body = gzipSync(JSON.stringify(newEvent()))
    const message = withHeader(await signedMessage(body), 'content-encoding', 'gzip')
    expectWord(await client.send(message), words.malformed)
  }),
  check('gzip, signed before it was packed: 401', async (client) => {
    const event = newEvent()
    const message = withHeader(await signedMessage(event), 'content-encoding', 'gzip')
    expectWord(await client.send({ ...message, body: gzipSync(message.body) }), words.unauthorized)
    await expectRuns(client, event.event_id, 0)
  }),
])

/** Sends a body as text that goes on after `"data":`, and expects its handler to see what JSON says it is. */
async function expectTaken(
  client: Client,
  textFrom: (start: string) => string,
  encode: (message: Message) => readonly Buffer[] = encodeMessage,
): Promise<void> {
  const { event, event_id: eventId, timestamp } = newEvent()
  const text = textFrom(`{"event":"${event}","event_id":"${eventId}","timestamp":"${timestamp}","data":`)
  const connection = client.connect()
  void writeAll(connection, encode(await signedMessage(text)))
  expectWord(await connection.readAnswer(), words.processed)
  const runs = await client.runsOf(eventId)
  const expected: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
  assert.deepEqual(
    runs.map((run) => run.event),
    // What was recorded went through JSON once more, and so does this: it knows no negative zero.
    [JSON.parse(JSON.stringify(expected))],
  )
}
