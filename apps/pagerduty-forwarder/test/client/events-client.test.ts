import { exampleRoutingKey } from '@complywise/destination-fakes'
import { expect, test } from 'vitest'
import { createEventsClient, euServer, usServer } from '../../src/client/create-events-client.ts'
import {
  changeEvent,
  failureOf,
  patient,
  startPagerDuty,
  startProxy,
  startTlsServer,
  triggerEvent,
} from './support.ts'

const { routing_key, dedup_key } = triggerEvent

test('an incident is opened, acknowledged and resolved', async () => {
  const { pagerDuty, client } = await startPagerDuty()
  expect(await client.send(triggerEvent, patient)).toEqual({ dedupKey: dedup_key, status: 202 })
  await client.send({ routing_key, dedup_key, event_action: 'acknowledge' }, patient)
  expect(await client.send({ routing_key, dedup_key, event_action: 'resolve' }, patient)).toEqual({
    dedupKey: dedup_key,
    status: 202,
  })
  const [incident] = pagerDuty.incidents(exampleRoutingKey)
  expect(incident).toMatchObject({ status: 'resolved', summary: 'CC6.1 is failing' })
  expect(incident?.log[0]?.event).toEqual(triggerEvent)
  expect(pagerDuty.refusals).toEqual([])
})

test('a change event has no key', async () => {
  const { pagerDuty, client } = await startPagerDuty()
  expect(await client.send(changeEvent, patient)).toEqual({ status: 202 })
  expect(pagerDuty.changes(exampleRoutingKey)).toMatchObject([{ event: changeEvent }])
})

test('text arrives as it was sent, whatever it is written in', async () => {
  const { pagerDuty, client } = await startPagerDuty()
  const summary = 'فشل CC6.1 🔥 — “größer” \u0000 𝕏'
  await client.send({ ...triggerEvent, payload: { ...triggerEvent.payload, summary } }, patient)
  expect(pagerDuty.incidents(exampleRoutingKey)).toMatchObject([{ summary }])
})

test('many events are sent at the same time', async () => {
  const { pagerDuty, client } = await startPagerDuty()
  const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`)
  const accepted = await Promise.all(
    keys.map((key) => client.send({ ...triggerEvent, dedup_key: key }, patient)),
  )
  expect(accepted.map(({ dedupKey }) => dedupKey)).toEqual(keys)
  expect(pagerDuty.incidents(exampleRoutingKey)).toHaveLength(50)
})

test('a path before that of the API reaches a gateway', async () => {
  const paths: (string | undefined)[] = []
  const { server, ca } = await startTlsServer((request, response) => {
    paths.push(request.url)
    response.writeHead(202).end('{"status":"success"}')
  })
  const client = createEventsClient({ server: `${server}/pagerduty/`, ca })
  await client.send(triggerEvent, patient)
  await client.send(changeEvent, patient)
  expect(paths).toEqual(['/pagerduty/v2/enqueue', '/pagerduty/v2/change/enqueue'])
})

test('a certificate that is not trusted is told apart', async () => {
  const { pagerDuty } = await startPagerDuty()
  expect(await failureOf(createEventsClient({ server: pagerDuty.server }))).toMatchObject({
    code: 'untrusted_certificate',
    message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    isPossiblyAccepted: false,
  })
  expect(pagerDuty.requests).toEqual([])
})

test('a certificate for another name is not trusted', async () => {
  const { pagerDuty } = await startPagerDuty()
  const { url: proxy } = await startProxy()
  const server = `${usServer}:${new URL(pagerDuty.url).port}`
  expect(await failureOf(createEventsClient({ server, ca: pagerDuty.ca, proxy }))).toMatchObject({
    code: 'untrusted_certificate',
    message: expect.stringContaining('check the name of the server'),
    isPossiblyAccepted: false,
  })
  expect(pagerDuty.requests).toEqual([])
})

test('a server that speaks no TLS was certainly not told', async () => {
  const { url } = await startProxy()
  expect(await failureOf(createEventsClient({ server: url.host }))).toMatchObject({
    code: 'unavailable',
    isPossiblyAccepted: false,
  })
})

test('a server that nobody listens at was certainly not told', async () => {
  const { pagerDuty, client } = await startPagerDuty()
  await pagerDuty.close()
  expect(await failureOf(client)).toMatchObject({
    code: 'unavailable',
    status: undefined,
    message: expect.stringContaining('ECONNREFUSED'),
    isPossiblyAccepted: false,
  })
})

test.each([
  usServer,
  euServer,
  'pd.acme.example:8443',
  'pd.acme.example/gateway',
  'localhost:1/a/b/',
  '[::1]:8443',
])('the server %s is accepted', (server) => {
  expect(() => createEventsClient({ server })).not.toThrow()
})

test.each([
  '',
  'https://events.pagerduty.com',
  'user:password@events.pagerduty.com',
  'events.pagerduty.com?x=1',
  'events.pagerduty.com#x',
  'events.pagerduty.com:port',
  '/v2/enqueue',
  'a b',
])('the server %j is refused before anything is sent', (server) => {
  expect(() => createEventsClient({ server })).toThrow('such as events.eu.pagerduty.com')
})
