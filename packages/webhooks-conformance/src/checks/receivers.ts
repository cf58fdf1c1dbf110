import assert from 'node:assert/strict'
import { check, requirement } from '../conformance-check.ts'
import type { Client } from '../driver/client.ts'
import { newEvent } from '../driver/events.ts'
import { expectRetryAfter, expectRuns, expectWord, words } from '../driver/expectations.ts'
import { signedMessage } from '../driver/message.ts'
import type { Run } from '../fixture/recorder.ts'
import { secrets } from '../fixture/secrets.ts'

const acmePath = '/tenants?tenant=acme'
const polishPath = `/tenants?region=eu&tenant=${encodeURIComponent('zażółć & co')}`

/** Several receivers in one app, several secrets in one receiver. */
export const receiverChecks = requirement('Receivers and secrets are told apart', [
  check('each receiver of an app has its own secret', async (client) => {
    const event = newEvent()
    const main = await signedMessage(event)
    const other = await signedMessage(event, { secret: secrets.other })
    expectWord(await client.send({ ...main, path: '/other' }), words.unauthorized)
    expectWord(await client.send({ ...other, path: '/webhooks' }), words.unauthorized)
    await expectRuns(client, event.event_id, 0)
  }),
  check('each receiver of an app handles an event once', async (client) => {
    const event = newEvent()
    const main = await signedMessage(event)
    const other = await signedMessage(event, { secret: secrets.other, path: '/other' })
    expectWord(await client.send(main), words.processed)
    expectWord(await client.send(other), words.processed)
    expectWord(await client.send(main), words.duplicate)
    expectWord(await client.send(other), words.duplicate)
    const runs = await client.runsOf(event.event_id)
    assert.deepEqual(
      runs.map((run) => run.path),
      ['/webhooks', '/other'],
    )
  }),
  check('a receiver accepts each of its secrets, and says which', async (client) => {
    const ids: unknown[] = []
    for (const secret of [secrets.main, secrets.previous]) {
      const { context } = await processed(client, '/rotating', secret)
      ids.push(context.secretId)
    }
    assert.deepEqual(ids, ['new', 'previous'])
  }),
  check('a secret that has expired is wrong', async (client) => {
    const message = await signedMessage(newEvent(), { path: '/rotating', secret: secrets.expired })
    expectWord(await client.send(message), words.unauthorized)
  }),
  check('the URL that was asked for finds the tenant', async (client) => {
    const tenants: unknown[] = []
    for (const [path, secret] of [
      [acmePath, secrets.acme],
      [polishPath, secrets.polish],
    ] as const) {
      const { context } = await processed(client, path, secret)
      tenants.push(context.tenant)
    }
    assert.deepEqual(tenants, ['acme', 'zażółć & co'])
  }),
  check('a tenant has only its own secret', async (client) => {
    for (const secret of [secrets.polish, secrets.main]) {
      const message = await signedMessage(newEvent(), { path: acmePath, secret })
      expectWord(await client.send(message), words.unauthorized)
    }
  }),
  check('an event of one tenant is no duplicate of another’s', async (client) => {
    const event = newEvent()
    const acme = await signedMessage(event, { path: acmePath, secret: secrets.acme })
    const polish = await signedMessage(event, { path: polishPath, secret: secrets.polish })
    expectWord(await client.send(acme), words.processed)
    expectWord(await client.send(polish), words.processed)
    expectWord(await client.send(acme), words.duplicate)
    await expectRuns(client, event.event_id, 2)
  }),
  check('a tenant that nobody knows: 401', async (client) => {
    const message = await signedMessage(newEvent(), { path: '/tenants?tenant=nobody' })
    expectWord(await client.send(message), words.unauthorized)
  }),
  check('secrets that cannot be read: 503 with Retry-After', async (client) => {
    const answer = await client.send(await signedMessage(newEvent(), { path: '/tenants?tenant=broken' }))
    expectWord(answer, words.unavailable)
    expectRetryAfter(answer)
  }),
  check('a receiver that shuts down: 503 with Retry-After', async (client) => {
    const event = newEvent()
    const answer = await client.send(await signedMessage(event, { path: '/stopped' }))
    expectWord(answer, words.unavailable)
    expectRetryAfter(answer)
    await expectRuns(client, event.event_id, 0)
  }),
])

async function processed(client: Client, path: string, secret: string): Promise<Run> {
  const event = newEvent()
  expectWord(await client.send(await signedMessage(event, { path, secret })), words.processed)
  const [run] = await client.runsOf(event.event_id)
  assert.ok(run)
  return run
}
