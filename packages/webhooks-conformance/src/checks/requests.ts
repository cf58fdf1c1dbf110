import assert from 'node:assert/strict'
import { check, requirement } from '../conformance-check.ts'
import { headerOf } from '../driver/answer.ts'
import { newEvent } from '../driver/events.ts'
import { expectRuns, expectWord, words } from '../driver/expectations.ts'
import { type Message, signedMessage, withHeader } from '../driver/message.ts'

const withBody = ['PUT', 'PATCH', 'DELETE'] as const
const withoutBody = ['GET', 'HEAD', 'OPTIONS'] as const

/** Only `POST` is received. */
export const methodChecks = requirement('Any method but POST is answered 405', [
  ...withBody.map((method) =>
    check(`${method} is answered 405 with Allow`, async (client) => {
      const event = newEvent()
      const answer = await client.send({ ...(await signedMessage(event)), method })
      expectWord(answer, words.methodNotAllowed)
      assert.equal(headerOf(answer, 'allow'), 'POST')
      await expectRuns(client, event.event_id, 0)
    }),
  ),
  ...withoutBody.map((method) =>
    check(`${method} is answered 405 with Allow`, async (client) => {
      const message: Message = { method, path: '/webhooks', headers: [], body: Buffer.alloc(0) }
      const answer = await client.send(message)
      assert.equal(answer.status, 405)
      assert.equal(headerOf(answer, 'allow'), 'POST')
      assert.equal(answer.body.toString(), method === 'HEAD' ? '' : '{"status":"method_not_allowed"}')
    }),
  ),
])

const json: readonly (readonly [name: string, value: string])[] = [
  ['with a charset', 'application/json; charset=utf-8'],
  ['with a quoted charset and spaces', 'application/json ; charset="UTF-8"'],
  ['in upper case', 'APPLICATION/JSON'],
  ['with an empty parameter', 'application/json;'],
  ['in the midst of spaces', '  \t application/json \t '],
]

const notJson: readonly (readonly [name: string, ...values: string[]])[] = [
  ['no media type'],
  ['an empty media type', ''],
  ['text/plain', 'text/plain'],
  ['a form', 'application/x-www-form-urlencoded'],
  ['a multipart form', 'multipart/form-data; boundary=x'],
  ['a media type that begins like JSON', 'application/jsonl'],
  ['another structured syntax', 'application/cloudevents+json'],
  ['a parameter that says application/json', 'text/plain; as=application/json'],
  ['two media types, JSON first', 'application/json', 'text/plain'],
  ['two media types, JSON last', 'text/plain', 'application/json'],
]

/** Only JSON is received. */
export const mediaTypeChecks = requirement('Any media type but JSON is answered 415', [
  ...json.map(([name, value]) =>
    check(`JSON is accepted ${name}`, async (client) => {
      const message = withHeader(await signedMessage(newEvent()), 'content-type', value)
      expectWord(await client.send(message), words.processed)
    }),
  ),
  ...notJson.map(([name, ...values]) =>
    check(`${name}: 415`, async (client) => {
      const event = newEvent()
      const message = withHeader(await signedMessage(event), 'content-type', ...values)
      expectWord(await client.send(message), words.unsupportedMediaType)
      await expectRuns(client, event.event_id, 0)
    }),
  ),
])

const renamed: readonly (readonly [name: string, rename: (name: string) => string])[] = [
  ['upper case', (name) => name.toUpperCase()],
  ['title case', (name) => name.replace(/(?<=^|-)./g, (letter) => letter.toUpperCase())],
  ['mixed case', (name) => name.replace(/../g, (pair) => pair[0]!.toUpperCase() + pair[1]!)],
]

/** Headers as HTTP has them. */
export const headerChecks = requirement('Headers are read as HTTP has them', [
  ...renamed.map(([name, rename]) =>
    check(`header names in ${name}`, async (client) => {
      const message = await signedMessage(newEvent())
      const headers = message.headers.map(([key, value]): [string, string] => [rename(key), value])
      expectWord(await client.send({ ...message, headers }), words.processed)
    }),
  ),
  check('whitespace around a value is none of it', async (client) => {
    const message = await signedMessage(newEvent())
    const headers = message.headers.map(([key, value]): [string, string] => [key, ` \t ${value} \t`])
    expectWord(await client.send({ ...message, headers }), words.processed)
  }),
  check('the delivery and the attempt reach the handler', async (client) => {
    const event = newEvent()
    let message = withHeader(await signedMessage(event), 'X-ComplyWise-Attempt', '3')
    message = withHeader(message, 'X-ComplyWise-Delivery', 'dlv_01JQ')
    expectWord(await client.send(message), words.processed)
    const [run] = await client.runsOf(event.event_id)
    assert.deepEqual([run?.context.attempt, run?.context.deliveryId], [3, 'dlv_01JQ'])
  }),
  check('headers with the names of methods and prototypes do no harm', async (client) => {
    let message = await signedMessage(newEvent())
    for (const name of ['get', 'has', 'constructor', '__proto__', 'toString']) {
      message = withHeader(message, name, 'x')
    }
    expectWord(await client.send(message), words.processed)
  }),
])
