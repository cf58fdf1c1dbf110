import assert from 'node:assert/strict'
import { check, type ConformanceCheck, requirement } from '../conformance-check.ts'
import { newEvent } from '../driver/events.ts'
import { expectRuns, expectWord, words } from '../driver/expectations.ts'
import { signedMessage } from '../driver/message.ts'
import type { ParserRoute } from '../subject.ts'

/** What becomes of a request whose body something has read before the adapter. The checks differ between subjects. */
export function parserChecks(parsers: readonly ParserRoute[] = []): readonly ConformanceCheck[] {
  return requirement(
    'A body that was parsed already is verified, or refused with advice',
    parsers.map(({ path, parser, outcome }) =>
      outcome === 'works'
        ? check(`${parser}: works`, async (client) => {
            const event = newEvent({ name: 'żółć', score: 1 })
            const text = JSON.stringify(event).replace('"score":1', '"score": 1.0')
            expectWord(await client.send(await signedMessage(text, { path })), words.processed)
            const runs = await client.runsOf(event.event_id)
            assert.deepEqual(
              runs.map((run) => run.event),
              [event],
            )
          })
        : check(`${parser}: 500, and the log says what to do`, async (client) => {
            const event = newEvent()
            expectWord(await client.send(await signedMessage(event, { path })), words.misconfigured)
            await expectRuns(client, event.event_id, 0)
            const { log } = await client.recording()
            assert.equal(log.length, 1)
            assert.equal(log[0]!.level, 'error')
            assert.ok(log[0]!.message.includes(outcome.fix), log[0]!.message)
          }),
    ),
  )
}
