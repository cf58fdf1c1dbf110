import assert from 'node:assert/strict'
import { check, requirement } from '../conformance-check.ts'
import type { Answer } from '../driver/answer.ts'
import { newEvent } from '../driver/events.ts'
import { expectRetryAfter, expectRuns, expectWord, words } from '../driver/expectations.ts'
import { signedMessage, withHeader, withHeaders } from '../driver/message.ts'
import { attemptHeaders } from '../driver/signature.ts'
import { secrets } from '../fixture/secrets.ts'

const crowd = 50

/** One event, one effect. */
export const duplicateChecks = requirement('An event is handled once', [
  check('a duplicate is answered 200 duplicate and not handled', async (client) => {
    const event = newEvent()
    const message = await signedMessage(event)
    expectWord(await client.send(message), words.processed)
    expectWord(await client.send(message), words.duplicate)
    expectWord(await client.send(message), words.duplicate)
    await expectRuns(client, event.event_id, 1)
  }),
  check('a redelivery, with other headers, is a duplicate', async (client) => {
    const event = newEvent()
    const message = await signedMessage(event)
    expectWord(await client.send(message), words.processed)
    const trio = await attemptHeaders(
      { id: event.event_id, at: new Date(), body: message.body },
      secrets.main,
    )
    const again = withHeader(withHeaders(message, trio), 'x-complywise-delivery', 'dlv_2')
    expectWord(await client.send(again), words.duplicate)
    await expectRuns(client, event.event_id, 1)
  }),
  check('an event that is being handled is answered 409 with Retry-After', async (client) => {
    const event = newEvent({ scenario: 'wait' })
    const message = await signedMessage(event)
    const first = client.send(message)
    await client.until(({ runs }) => runs.length > 0)
    const second = await Promise.race([client.send(message), client.until(({ runs }) => runs.length > 1)])
    assert.ok('status' in second, 'A second handler ran.')
    expectWord(second, words.inProgress)
    expectRetryAfter(second)
    await client.openGate(event.event_id)
    expectWord(await first, words.processed)
    expectWord(await client.send(message), words.duplicate)
  }),
  check(`${crowd} at once: one handler runs, and the others are told so`, async (client) => {
    const event = newEvent({ scenario: 'wait' })
    const message = await signedMessage(event)
    const answers: Answer[] = []
    const sent = Promise.all(
      Array.from({ length: crowd }, async () => {
        answers.push(await client.send(message))
      }),
    )
    sent.catch(() => undefined)
    const { runs } = await client.until(({ runs }) => runs.length + answers.length >= crowd)
    await client.openGate(event.event_id)
    await sent
    assert.equal(runs.length, 1, `${runs.length} handlers ran.`)
    const counts = Map.groupBy(answers, ({ status, body }) => `${status} ${body.toString()}`)
    assert.deepEqual(
      [...counts].map(([answer, { length }]) => [answer, length]),
      [
        ['409 {"status":"in_progress"}', crowd - 1],
        ['200 {"status":"processed"}', 1],
      ],
    )
  }),
  check('while the store is down, nothing is handled: 503 with Retry-After', async (client) => {
    const event = newEvent()
    const answer = await client.send(await signedMessage(event, { path: '/store-down' }))
    expectWord(answer, words.unavailable)
    expectRetryAfter(answer)
    await expectRuns(client, event.event_id, 0)
  }),
])
