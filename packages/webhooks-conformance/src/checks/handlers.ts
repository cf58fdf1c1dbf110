import assert from 'node:assert/strict'
import { check, requirement } from '../conformance-check.ts'
import { newEvent } from '../driver/events.ts'
import { expectRetryAfter, expectRuns, expectWord, words } from '../driver/expectations.ts'
import { signedMessage } from '../driver/message.ts'
import { errorText, retryLaterSeconds } from '../fixture/scenario.ts'

/** What a handler throws decides the answer. */
export const handlerChecks = requirement('A failed event is tried again', [
  check('a handler that throws is answered 500 failed', async (client) => {
    const event = newEvent({ scenario: 'throw' })
    expectWord(await client.send(await signedMessage(event)), words.failed)
    await expectRuns(client, event.event_id, 1)
  }),
  check('the text of an error stays here', async (client) => {
    for (const scenario of ['throw', 'give_up', 'retry_later_once']) {
      const answer = await client.send(await signedMessage(newEvent({ scenario })))
      const wire = JSON.stringify([answer.headers, answer.body.toString()])
      assert.ok(!errorText.split(/[ :/@]+/).some((word) => word.length > 4 && wire.includes(word)), wire)
      assert.doesNotMatch(wire, /Error|\.ts|node_modules/)
    }
  }),
  check('an event whose handler threw is handled again, and then done', async (client) => {
    const event = newEvent({ scenario: 'throw_once' })
    const message = await signedMessage(event)
    expectWord(await client.send(message), words.failed)
    expectWord(await client.send(message), words.processed)
    await expectRuns(client, event.event_id, 2)
  }),
  check('an event that keeps failing is handled each time', async (client) => {
    const event = newEvent({ scenario: 'throw' })
    const message = await signedMessage(event)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expectWord(await client.send(message), words.failed)
    }
    await expectRuns(client, event.event_id, 3)
  }),
  check('a handler that gives up is answered 200 ignored, and its event is done', async (client) => {
    const event = newEvent({ scenario: 'give_up' })
    const message = await signedMessage(event)
    expectWord(await client.send(message), words.ignored)
    expectWord(await client.send(message), words.duplicate)
    await expectRuns(client, event.event_id, 1)
  }),
  check('a handler that asks for time is answered 503 with Retry-After', async (client) => {
    const event = newEvent({ scenario: 'retry_later_once' })
    const message = await signedMessage(event)
    const answer = await client.send(message)
    expectWord(answer, words.unavailable)
    expectRetryAfter(answer, retryLaterSeconds)
    expectWord(await client.send(message), words.processed)
  }),
  check('a handler that fails keeps none from running', async (client) => {
    const event = newEvent({ scenario: 'throw', only: 'first' })
    expectWord(await client.send(await signedMessage(event, { path: '/handlers' })), words.failed)
    const runs = await client.runsOf(event.event_id)
    assert.deepEqual(
      runs.map((run) => [run.context.handler, run.state]),
      [
        ['first', 'failed'],
        ['second', 'succeeded'],
      ],
    )
  }),
  ...(['first', 'second'] as const).map((failing) =>
    check(`a retry runs only what had not succeeded: the ${failing} handler`, async (client) => {
      const event = newEvent({ scenario: 'throw_once', only: failing })
      const message = await signedMessage(event, { path: '/handlers' })
      expectWord(await client.send(message), words.failed)
      expectWord(await client.send(message), words.processed)
      expectWord(await client.send(message), words.duplicate)
      const runs = await client.runsOf(event.event_id)
      assert.deepEqual(
        runs.map((run) => run.context.handler),
        ['first', 'second', failing],
      )
    }),
  ),
])
