import { check, requirement } from '../conformance-check.ts'
import type { Client } from '../driver/client.ts'
import { type EventToSend, fromNow, newEvent } from '../driver/events.ts'
import { expectRuns, expectWord, type Word, words } from '../driver/expectations.ts'
import { type Message, signedMessage, withHeader, withHeaders } from '../driver/message.ts'
import { attemptHeaders } from '../driver/signature.ts'
import { secrets } from '../fixture/secrets.ts'

const trioNames = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

/** Age, by the time that is signed. */
export const replayChecks = requirement('A replay is answered 401', [
  check('an event from the sender’s last retry is accepted', (client) =>
    expectAnswer(client, eventAt(fromNow({ days: -6 })), words.processed),
  ),
  check('an event a little ahead of the clock is accepted', (client) =>
    expectAnswer(client, eventAt(fromNow({ minutes: 4 })), words.processed),
  ),
  check('an event that is too old', (client) =>
    expectAnswer(client, eventAt(fromNow({ days: -8 })), words.unauthorized),
  ),
  check('an event from the future', (client) =>
    expectAnswer(client, eventAt(fromNow({ minutes: 6 })), words.unauthorized),
  ),
  check('an old event in a new attempt is accepted', (client) =>
    expectAnswer(client, eventAt(fromNow({ days: -300 })), words.processed, { at: new Date() }),
  ),
  check('an attempt that is too old', (client) =>
    expectAnswer(client, newEvent(), words.unauthorized, { at: fromNow({ minutes: -6 }) }),
  ),
  check('an attempt from the future', (client) =>
    expectAnswer(client, newEvent(), words.unauthorized, { at: fromNow({ minutes: 6 }) }),
  ),
  check('a new event in a signed attempt is accepted', (client) =>
    expectAnswer(client, newEvent(), words.processed, { at: new Date() }),
  ),
  check('an attempt signed with two secrets, the known one last, is accepted', (client) =>
    expectAnswer(client, newEvent(), words.processed, {
      at: new Date(),
      secrets: [secrets.wrong, secrets.main],
    }),
  ),
  check('an attempt signed with another secret', (client) =>
    expectAnswer(client, newEvent(), words.unauthorized, { at: new Date(), secrets: [secrets.wrong] }),
  ),
  check('an attempt whose time was changed', async (client) => {
    const message = withHeader(
      await attemptOf(newEvent(), { at: fromNow({ minutes: -6 }) }),
      'webhook-timestamp',
      String(Math.floor(Date.now() / 1000)),
    )
    expectWord(await client.send(message), words.unauthorized)
  }),
  ...trioNames.map((name) =>
    check(`an attempt without its ${name}`, async (client) => {
      const message = withHeader(await attemptOf(newEvent(), { at: new Date() }), name)
      expectWord(await client.send(message), words.unauthorized)
    }),
  ),
  ...trioNames.map((name) =>
    check(`an attempt with ${name} twice`, async (client) => {
      const message = await attemptOf(newEvent(), { at: new Date() })
      const again = message.headers.filter(([key]) => key === name)
      expectWord(await client.send(withHeaders(message, again)), words.unauthorized)
    }),
  ),
  check('an unsigned attempt, where signed ones are required', (client) =>
    expectAnswer(client, newEvent(), words.unauthorized, { path: '/strict' }),
  ),
  check('a signed attempt, where they are required, is accepted', (client) =>
    expectAnswer(client, newEvent(), words.processed, { path: '/strict', at: new Date() }),
  ),
])

interface Attempt {
  readonly path?: string
  /** When it was made, where that is signed. */
  readonly at?: Date
  readonly secrets?: readonly string[]
}

function eventAt(time: Date): EventToSend {
  return newEvent({}, { timestamp: time.toISOString() })
}

async function expectAnswer(
  client: Client,
  event: EventToSend,
  word: Word,
  attempt: Attempt = {},
): Promise<void> {
  expectWord(await client.send(await attemptOf(event, attempt)), word)
  await expectRuns(client, event.event_id, word === words.processed ? 1 : 0)
}

async function attemptOf(event: EventToSend, attempt: Attempt): Promise<Message> {
  const { at, path = '/webhooks', secrets: signers = [secrets.main] } = attempt
  const message = await signedMessage(event, { path })
  if (!at) return message
  const trio = await attemptHeaders({ id: event.event_id, at, body: message.body }, ...signers)
  return withHeaders(message, trio)
}
