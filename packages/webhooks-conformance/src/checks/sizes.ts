import assert from 'node:assert/strict'
import { check, requirement } from '../conformance-check.ts'
import { headerOf } from '../driver/answer.ts'
import { writeAll } from '../driver/client.ts'
import { newEvent } from '../driver/events.ts'
import { expectRuns, expectWord, type Word, words } from '../driver/expectations.ts'
import { encodeHead, encodeMessage, type Framing, signedMessage, withHeader } from '../driver/message.ts'
import { largeLimit, smallLimit } from '../fixture/fixture-routes.ts'

const chunked = { chunksOf: 1000 }
const inLargeChunks = { chunksOf: 65_536 }

const bodies: readonly (readonly [name: string, path: string, size: number, Framing, Word])[] = [
  ['of the limit, announced', '/small', smallLimit, 'length', words.processed],
  ['of the limit, chunked', '/small', smallLimit, chunked, words.processed],
  ['one byte longer, announced', '/small', smallLimit + 1, 'length', words.tooLarge],
  ['one byte longer, chunked', '/small', smallLimit + 1, chunked, words.tooLarge],
  ['of 300 times the limit, announced', '/small', 300 * smallLimit, 'length', words.tooLarge],
  ['of 300 times the limit, chunked', '/small', 300 * smallLimit, inLargeChunks, words.tooLarge],
  ['of a limit beyond the framework’s own, announced', '/large', largeLimit, 'length', words.processed],
  ['of a limit beyond the framework’s own, chunked', '/large', largeLimit, inLargeChunks, words.processed],
  ['longer than the default limit of 1 MiB', '/webhooks', 1_048_577, 'length', words.tooLarge],
]

/** The limit is the receiver's. */
export const sizeChecks = requirement('A body beyond the limit is answered 413', [
  ...bodies.map(([name, path, size, framing, word]) =>
    check(`a body ${name}: ${word[0]}`, async (client) => {
      const event = newEvent()
      const message = await signedMessage(JSON.stringify(event).padEnd(size), { path })
      expectWord(await client.send(message, framing), word)
      await expectRuns(client, event.event_id, word === words.processed ? 1 : 0)
    }),
  ),
  check('the limit counts bytes, not characters', async (client) => {
    const message = await signedMessage(newEvent({ name: '漢'.repeat(smallLimit / 2) }), { path: '/small' })
    expectWord(await client.send(message), words.tooLarge)
    expectWord(await client.send(message, chunked), words.tooLarge)
  }),
  check('an announced length beyond the limit is refused before the body comes', async (client) => {
    const message = await signedMessage(newEvent(), { path: '/small' })
    const connection = client.connect()
    await connection.write(encodeHead(message, ['content-length', '1000000000']))
    expectWord(await client.soon(connection.readAnswer()), words.tooLarge)
  }),
  check('size is looked at before the signature', async (client) => {
    const message = withHeader(
      await signedMessage(' '.repeat(5000), { path: '/small' }),
      'x-complywise-signature',
    )
    expectWord(await client.send(message), words.tooLarge)
  }),
  check('the media type is looked at before the size', async (client) => {
    const message = withHeader(
      await signedMessage(' '.repeat(5000), { path: '/small' }),
      'content-type',
      'text/plain',
    )
    expectWord(await client.send(message), words.unsupportedMediaType)
  }),
  check('the method is looked at before the size', async (client) => {
    const message = await signedMessage(' '.repeat(5000), { path: '/small' })
    expectWord(await client.send({ ...message, method: 'PUT' }), words.methodNotAllowed)
  }),
  ...(['length', chunked] as const).map((framing) =>
    check(
      `after 413 the connection goes on or is closed cleanly: ${framing === 'length' ? 'announced' : 'chunked'}`,
      async (client) => {
        const tooLarge = await signedMessage(' '.repeat(100_000), { path: '/small' })
        const next = await signedMessage(newEvent())
        const connection = client.connect()
        await writeAll(connection, encodeMessage(tooLarge, framing))
        const answer = await connection.readAnswer()
        expectWord(answer, words.tooLarge)
        // What is written to a connection that is being closed may meet a reset, whoever closes it.
        if (headerOf(answer, 'connection') !== 'close') await writeAll(connection, encodeMessage(next))
        const end = await Promise.race([connection.readAnswer(), connection.closed])
        if (typeof end === 'string') assert.equal(end, 'cleanly')
        else expectWord(end, words.processed)
      },
    ),
  ),
])
