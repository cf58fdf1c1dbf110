import assert from 'node:assert/strict'
import { check, requirement } from '../conformance-check.ts'
import type { Client } from '../driver/client.ts'
import { type EventToSend, newControlFailure, newEvent, newScan } from '../driver/events.ts'
import { expectRuns, expectWord, words } from '../driver/expectations.ts'
import { signedMessage } from '../driver/message.ts'

const documented: readonly (readonly [type: string, make: () => EventToSend, fields: readonly string[]])[] = [
  ['scan.completed', newScan, ['scan_job_id', 'total_controls', 'passed', 'failed', 'score']],
  [
    'compliance.control_failed',
    newControlFailure,
    ['control_id', 'framework', 'previous_status', 'new_status'],
  ],
]

const undocumented = [
  'scan.failed',
  'compliance.score_changed',
  'evidence.uploaded',
  'integration.disconnected',
]

const prototypeNames = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

/** A receiver expects what is documented, and accepts what it does not know. */
export const eventChecks = requirement('An unknown event passes; a known one has what is documented', [
  ...documented.map(([type, make]) =>
    check(`${type} reaches the handlers of its type, and no others`, async (client) => {
      const event = make()
      expectWord(await client.send(await signedMessage(event, { path: '/typed' })), words.processed)
      assert.deepEqual(await handlersOf(client, event), [type === 'scan.completed' ? 'scan' : 'control'])
    }),
  ),
  ...documented.flatMap(([type, make, fields]) =>
    fields.map((field) =>
      check(`${type} without its ${field}: 422`, async (client) => {
        const event = make()
        const { [field]: _, ...data } = event.data
        expectWord(await client.send(await signedMessage({ ...event, data })), words.invalid)
        await expectRuns(client, event.event_id, 0)
      }),
    ),
  ),
  check('a documented field of another type: 422', async (client) => {
    const event = newScan({ score: '97.5' })
    expectWord(await client.send(await signedMessage(event)), words.invalid)
    await expectRuns(client, event.event_id, 0)
  }),
  check('an event with wrong data goes to the handler for those, where there is one', async (client) => {
    const event = newScan({ score: '97.5' })
    expectWord(await client.send(await signedMessage(event, { path: '/invalid' })), words.processed)
    assert.deepEqual(await handlersOf(client, event), ['invalid'])
  }),
  ...undocumented.map((type) =>
    check(`${type} without any data`, async (client) => {
      const event = newEvent({}, { event: type })
      expectWord(await client.send(await signedMessage(event)), words.processed)
    }),
  ),
  check('fields that are in no schema pass, and reach the handler', async (client) => {
    const event = { ...newScan({ region: 'eu', nested: { list: [1] } }), tenant: 'acme' }
    expectWord(await client.send(await signedMessage(event)), words.processed)
    const [run] = await client.runsOf(event.event_id)
    assert.deepEqual(run?.event, event)
  }),
  check('an event of a type in nobody’s catalog reaches the handler for those', async (client) => {
    const event = newEvent({ anything: true })
    expectWord(await client.send(await signedMessage(event, { path: '/typed' })), words.processed)
    assert.deepEqual(await handlersOf(client, event), ['unknown'])
  }),
  ...prototypeNames.map((type) =>
    check(`an event of the type ${type} is an unknown one`, async (client) => {
      const event = newEvent({ anything: true }, { event: type })
      expectWord(await client.send(await signedMessage(event, { path: '/typed' })), words.processed)
      assert.deepEqual(await handlersOf(client, event), ['unknown'])
    }),
  ),
  check('an event that no handler is registered for is answered 200 ignored', async (client) => {
    const event = newEvent({}, { event: 'evidence.uploaded' })
    expectWord(await client.send(await signedMessage(event, { path: '/typed' })), words.ignored)
    await expectRuns(client, event.event_id, 0)
  }),
  check('data with a key __proto__ changes no prototype', async (client) => {
    const event = newEvent({ marker: 1 })
    const text = JSON.stringify(event).replace('"marker":1', '"__proto__":{"scenario":"throw"}')
    expectWord(await client.send(await signedMessage(text)), words.processed)
    expectWord(await client.send(await signedMessage(newEvent())), words.processed)
  }),
])

async function handlersOf(client: Client, event: EventToSend): Promise<readonly string[]> {
  return (await client.runsOf(event.event_id)).map((run) => run.context.handler)
}
