import assert from 'node:assert/strict'
import { check, requirement } from '../conformance-check.ts'
import { type Client, writeAll } from '../driver/client.ts'
import { newEvent } from '../driver/events.ts'
import { expectRuns, expectWord, words } from '../driver/expectations.ts'
import {
  encodeChunk,
  encodeHead,
  encodeMessage,
  type Message,
  signedMessage,
  withHeader,
} from '../driver/message.ts'

/** Requests that stop short of their end, though what came of them is signed. */
const halves: readonly (readonly [name: string, encode: (message: Message) => readonly Buffer[]])[] = [
  [
    'of its announced length',
    (message) => [encodeHead(message, ['content-length', String(message.body.length + 10)]), message.body],
  ],
  [
    'of its last chunk',
    (message) => [encodeHead(message, ['transfer-encoding', 'chunked']), encodeChunk(message.body)],
  ],
]

const nonsense: readonly (readonly [name: string, bytes: string])[] = [
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
  ['a length that is no number', 'POST /webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: ten\r\n\r\n'],
  [
    'two lengths',
    'POST /webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\n12345',
  ],
  [
    'a length and chunks',
    'POST /webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'a chunk of no size',
    'POST /webhooks HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n',
  ],
  ['a header without a colon', 'POST /webhooks HTTP/1.1\r\nhost: x\r\nnonsense\r\n\r\n'],
]

/** What connections do. */
export const connectionChecks = requirement('Connections come and go', [
  check('a second request over the same connection', async (client) => {
    const connection = client.connect()
    for (const event of [newEvent(), newEvent()]) {
      await writeAll(connection, encodeMessage(await signedMessage(event)))
      expectWord(await connection.readAnswer(), words.processed)
      await expectRuns(client, event.event_id, 1)
    }
  }),
  check('three requests at once over a connection are answered in order', async (client) => {
    const connection = client.connect()
    const first = await signedMessage(newEvent())
    const second = { ...(await signedMessage(newEvent())), method: 'PUT' }
    const third = withHeader(first, 'content-type', 'text/plain')
    await connection.write(Buffer.concat([first, second, third].flatMap((message) => encodeMessage(message))))
    expectWord(await connection.readAnswer(), words.processed)
    expectWord(await connection.readAnswer(), words.methodNotAllowed)
    expectWord(await connection.readAnswer(), words.unsupportedMediaType)
  }),
  ...halves.flatMap(([name, encode]) =>
    (['ends', 'is reset'] as const).map((how) =>
      check(`a connection that ${how} short ${name} brings no event`, async (client) => {
        const event = newEvent()
        const connection = client.connect()
        await writeAll(connection, encode(await signedMessage(event)))
        await settle(client)
        if (how === 'ends') {
          connection.end()
          await connection.closed
        } else connection.destroy()
        await settle(client)
        await expectRuns(client, event.event_id, 0)
      }),
    ),
  ),
  check('an announced length that is too short brings no event', async (client) => {
    const event = newEvent()
    const message = await signedMessage(event)
    const connection = client.connect()
    const head = encodeHead(message, ['content-length', String(message.body.length - 1)])
    await connection.write(Buffer.concat([head, message.body]))
    connection.end()
    await connection.closed
    await settle(client)
    await expectRuns(client, event.event_id, 0)
  }),
  check('a signature in a trailer is none', async (client) => {
    const event = newEvent()
    const { headers, ...message } = await signedMessage(event)
    const connection = client.connect()
    const head = encodeHead({ ...message, headers: headers.slice(0, 1) }, ['transfer-encoding', 'chunked'])
    const trailer = headers.slice(1).map(([name, value]) => `${name}: ${value}\r\n`)
    const end = Buffer.from(`0\r\n${trailer.join('')}\r\n`)
    await connection.write(Buffer.concat([head, encodeChunk(message.body), end]))
    expectWord(await connection.readAnswer(), words.unauthorized)
  }),
  ...nonsense.map(([name, bytes]) =>
    check(`nonsense does no harm: ${name}`, async (client) => {
      const connection = client.connect()
      await connection.write(Buffer.from(bytes, 'latin1'))
      connection.end()
      await connection.closed
      await settle(client)
      assert.deepEqual((await client.recording()).rejections, [])
    }),
  ),
])

/** What becomes of a handler whose client has gone. */
export const disconnectionChecks = requirement('No event is lost with its connection', [
  check('a client that goes away aborts the signal of its handler', async (client) => {
    const event = newEvent({ scenario: 'wait' })
    await sendAndLeave(client, await signedMessage(event))
    await client.until(({ runs }) => runs[0]?.abortedBy !== undefined)
    await client.openGate(event.event_id)
  }),
  check('a handler that stops when its client goes is run again', async (client) => {
    const event = newEvent({ scenario: 'wait_for_abort_once' })
    const message = await signedMessage(event)
    await sendAndLeave(client, message)
    await client.until(({ runs }) => runs[0]?.state === 'failed')
    await settle(client)
    expectWord(await client.send(message), words.processed)
    await expectRuns(client, event.event_id, 2)
  }),
  check('a handler that succeeds although its client has gone is not run again', async (client) => {
    const event = newEvent({ scenario: 'wait' })
    const message = await signedMessage(event)
    await sendAndLeave(client, message)
    await settle(client)
    await client.openGate(event.event_id)
    await client.until(({ runs }) => runs[0]?.state === 'succeeded')
    await settle(client)
    expectWord(await client.send(message), words.duplicate)
    await expectRuns(client, event.event_id, 1)
  }),
  check('an answered request aborts nothing', async (client) => {
    const event = newEvent()
    expectWord(await client.send(await signedMessage(event)), words.processed)
    await settle(client)
    const [run] = await client.runsOf(event.event_id)
    assert.equal(run?.abortedBy, undefined)
  }),
])

/** Has its handler running, and goes away. */
async function sendAndLeave(client: Client, message: Message): Promise<void> {
  const connection = client.connect()
  await writeAll(connection, encodeMessage(message))
  await client.until(({ runs }) => runs.length > 0)
  connection.destroy()
}

/** Sees that the server is alive; whatever came to it before has then been dealt with. */
async function settle(client: Client): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    expectWord(await client.send(await signedMessage(newEvent())), words.processed)
  }
}
