import assert from 'node:assert/strict'
import { check, requirement } from '../conformance-check.ts'
import { headerOf } from '../driver/answer.ts'
import { newEvent } from '../driver/events.ts'
import { expectWord, words } from '../driver/expectations.ts'
import { signedMessage } from '../driver/message.ts'
import { verbatimReply } from '../fixture/verbatim-reply.ts'

/** What a receiver decided goes out as it is. */
export const replyChecks = requirement('A reply is written verbatim', [
  check('a signed event is handled once and answered 200 processed', async (client) => {
    const event = newEvent({ name: 'Access control' })
    expectWord(await client.send(await signedMessage(event)), words.processed)
    const runs = await client.runsOf(event.event_id)
    assert.deepEqual(
      runs.map((run) => [run.path, run.event, run.state]),
      [['/webhooks', event, 'succeeded']],
    )
  }),
  check('a reply has its media type and its length', async (client) => {
    const answer = await client.send(await signedMessage(newEvent()))
    assert.equal(headerOf(answer, 'content-type'), 'application/json')
    assert.equal(headerOf(answer, 'content-length'), String(answer.body.length))
    assert.equal(headerOf(answer, 'transfer-encoding'), undefined)
  }),
  check('any status and headers are sent as the reply has them', async (client) => {
    const answer = await client.send(await signedMessage(newEvent(), { path: '/verbatim' }))
    const names = Object.keys(verbatimReply.headers)
    const sent = Object.fromEntries(names.map((name) => [name, headerOf(answer, name)]))
    assert.deepEqual([answer.status, sent], [verbatimReply.status, verbatimReply.headers])
  }),
  check('content-length counts bytes, not characters', async (client) => {
    const answer = await client.send(await signedMessage(newEvent(), { path: '/verbatim' }))
    const expected = Buffer.from(verbatimReply.body)
    assert.equal(headerOf(answer, 'content-length'), String(expected.length))
    assert.equal(answer.body.toString(), verbatimReply.body)
  }),
])
