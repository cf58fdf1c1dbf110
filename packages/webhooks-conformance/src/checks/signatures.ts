import { check, requirement } from '../conformance-check.ts'
import type { Client } from '../driver/client.ts'
import { newEvent, newScan } from '../driver/events.ts'
import { expectRuns, expectWord, words } from '../driver/expectations.ts'
import { type Message, signedMessage, valueOf, withHeader, withHeaders } from '../driver/message.ts'
import { attemptHeaders } from '../driver/signature.ts'
import { secrets } from '../fixture/secrets.ts'

const name = 'x-complywise-signature'

const malformed: readonly (readonly [name: string, change: (value: string) => string])[] = [
  ['uppercase digits', (value) => `sha256=${value.slice(7).toUpperCase()}`],
  ['an uppercase prefix', (value) => value.replace('sha256', 'SHA256')],
  ['digits without a prefix', (value) => value.slice(7)],
  ['the name of another hash', (value) => value.replace('sha256', 'sha1')],
  ['an odd number of digits', (value) => value.slice(0, -1)],
  ['one digit too many', (value) => `${value}0`],
  ['trailing letters that are no digits', (value) => `${value}zz`],
  ['digits with dashes', (value) => value.replace(/([0-9a-f]{2})(?=.)/g, '$1-')],
  ['a word', () => 'foo'],
  ['a prefix alone', () => 'sha256='],
  ['nothing', () => ''],
  ['characters beyond ASCII', (value) => value.replace(/.$/, 'é')],
  ['characters of a number that are no digits', (value) => value.replace(/.$/, '\u00b2')],
  ['a second signature after a comma', (value) => `${value},${value}`],
  ['four thousand digits', () => `sha256=${'a'.repeat(4000)}`],
]

const zeros = `sha256=${'0'.repeat(64)}`

/** Requests that nobody with the secret has made. */
export const signatureChecks = requirement('What is not signed is answered 401', [
  check('no signature', async (client) => {
    const event = newEvent()
    await expectRefused(client, event.event_id, withHeader(await signedMessage(event), name))
  }),
  ...malformed.map(([what, change]) =>
    check(`a malformed signature: ${what}`, async (client) => {
      const event = newEvent()
      const message = await signedMessage(event)
      await expectRefused(client, event.event_id, withHeader(message, name, change(valueOf(message, name))))
      expectWord(await client.send(message), words.processed)
    }),
  ),
  check('a signature of another body', async (client) => {
    const event = newEvent()
    const { headers } = await signedMessage(newEvent())
    await expectRefused(client, event.event_id, { ...(await signedMessage(event)), headers })
  }),
  check('a signature by another secret', async (client) => {
    const event = newEvent()
    await expectRefused(client, event.event_id, await signedMessage(event, { secret: secrets.wrong }))
  }),
  check('a signature by an empty secret', async (client) => {
    const event = newEvent()
    // HMAC fills its key up with zeros, so this is the key of no bytes.
    await expectRefused(client, event.event_id, await signedMessage(event, { secret: '\0' }))
  }),
  check('a hash in place of a signature', async (client) => {
    const event = newEvent()
    const message = await signedMessage(event)
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Uint8Array.from(message.body)))
    await expectRefused(client, event.event_id, withHeader(message, name, `sha256=${hash.toString('hex')}`))
  }),
  check('the same signature in two headers', async (client) => {
    const event = newEvent()
    const message = await signedMessage(event)
    const value = valueOf(message, name)
    await expectRefused(client, event.event_id, withHeader(message, name, value, value))
  }),
  check('a signature in a header, and a wrong one in a second', async (client) => {
    const event = newEvent()
    const message = await signedMessage(event)
    await expectRefused(client, event.event_id, withHeader(message, name, valueOf(message, name), zeros))
  }),
  check('a wrong signature in a header, and one in a second', async (client) => {
    const event = newEvent()
    const message = await signedMessage(event)
    await expectRefused(client, event.event_id, withHeader(message, name, zeros, valueOf(message, name)))
  }),
  check('a signature of the attempt alone', async (client) => {
    const event = newEvent()
    const message = withHeader(await signedMessage(event), name)
    const attempt = { id: event.event_id, at: new Date(), body: message.body }
    const trio = await attemptHeaders(attempt, secrets.main)
    await expectRefused(client, event.event_id, withHeaders(message, trio))
  }),
  check('a signature before anything is said of the body', async (client) => {
    for (const body of ['not JSON', '{}', '[1]', JSON.stringify({ ...newScan(), data: {} })]) {
      expectWord(await client.send(await signedMessage(body, { secret: secrets.wrong })), words.unauthorized)
    }
  }),
])

const changes: readonly (readonly [name: string, change: (body: Buffer) => Buffer])[] = [
  ['one bit flipped', (body) => Buffer.from(body.map((byte, index) => (index === 40 ? byte ^ 1 : byte)))],
  ['cut off', (body) => body.subarray(0, -1)],
  ['a line break added', (body) => Buffer.concat([body, Buffer.from('\n')])],
  ['printed anew by JSON', (body) => Buffer.from(JSON.stringify(JSON.parse(body.toString())))],
  ['spaces added', (body) => Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 2))],
  ['a byte order mark added', (body) => Buffer.concat([Buffer.from('\uFEFF'), body])],
  ['replaced by nothing', () => Buffer.alloc(0)],
]

/** Bodies that were changed after they were signed. */
export const tamperingChecks = requirement(
  'What was changed after it was signed is answered 401',
  changes.map(([what, change]) =>
    check(`a body changed: ${what}`, async (client) => {
      const event = newEvent({ score: 1 })
      const text = JSON.stringify(event).replace('"score":1', '"score": 1.0')
      const message = await signedMessage(text)
      await expectRefused(client, event.event_id, { ...message, body: change(message.body) })
    }),
  ),
)

async function expectRefused(client: Client, eventId: string, message: Message): Promise<void> {
  expectWord(await client.send(message), words.unauthorized)
  await expectRuns(client, eventId, 0)
}
