import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { getEventListeners } from 'node:events'
import { exampleRoutingKey, type Fault } from '@complywise/destination-fakes'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEventsClient } from '../../src/client/create-events-client.ts'
import { failureOf, startPagerDuty, startProxy, startTlsServer, triggerEvent } from './support.ts'

const timeout = new DOMException('The operation timed out', 'TimeoutError')

describe.each<[string, Fault, 'arrived' | 'effect-made', number]>([
  ['a server that never answers', { kind: 'hang' }, 'arrived', 0],
  ['a server that took the event and never answers', { kind: 'hang-after' }, 'effect-made', 1],
])('%s', (_, fault, stage, incidents) => {
  test.each([
    ['the caller gives up', undefined, 'aborted'],
    ['the time runs out', timeout, 'no_answer'],
  ])('is left when %s', async (_, reason, code) => {
    const { pagerDuty, client } = await startPagerDuty()
    pagerDuty.faults.inject(fault)
    const caller = new AbortController()
    pagerDuty.onRequest((moment) => {
      if (moment.stage === stage) caller.abort(reason)
    })
    expect(await failureOf(client, triggerEvent, caller.signal)).toMatchObject({
      code,
      cause: caller.signal.reason,
      isPossiblyAccepted: true,
    })
    expect(pagerDuty.requests).toHaveLength(1)
    expect(pagerDuty.incidents(exampleRoutingKey)).toHaveLength(incidents)
  })
})

test('a signal that is aborted already keeps the event from being sent', async () => {
  const { pagerDuty, client } = await startPagerDuty()
  expect(await failureOf(client, triggerEvent, AbortSignal.abort())).toMatchObject({
    code: 'aborted',
    isPossiblyAccepted: false,
  })
  expect(pagerDuty.requests).toEqual([])
})

test.each([
  [202, 'aborted'],
  [400, 'aborted'],
  [429, 'rate_limited'],
  [503, 'unavailable'],
])('an answer with %i whose body never ends is left as %s', async (status, code) => {
  const caller = new AbortController()
  const { server, ca } = await startTlsServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.write('{"status":"succ')
  })
  const onHead = (): void => {
    setImmediate(() => {
      caller.abort()
    })
  }
  subscribe('http.client.response.finish', onHead)
  onTestFinished(() => {
    unsubscribe('http.client.response.finish', onHead)
  })
  expect(await failureOf(createEventsClient({ server, ca }), triggerEvent, caller.signal)).toMatchObject({
    code,
  })
})

test('an abort during the connection means that nothing was sent, and the connection is closed', async () => {
  const { pagerDuty } = await startPagerDuty()
  const proxy = await startProxy({ isHanging: true })
  const client = createEventsClient({ server: pagerDuty.server, ca: pagerDuty.ca, proxy: proxy.url })
  const caller = new AbortController()
  const failure = failureOf(client, triggerEvent, caller.signal)
  await expect.poll(() => proxy.tunnels).toHaveLength(1)
  caller.abort(timeout)
  expect(await failure).toMatchObject({ code: 'no_answer', isPossiblyAccepted: false })
  await expect.poll(() => proxy.connections.map(({ closed }) => closed)).toEqual([true])
})

test.each<[string, Fault | undefined]>([
  ['success', undefined],
  ['429', { kind: 'rate-limited' }],
  ['an HTML page', { kind: 'html-502' }],
  ['a reset', { kind: 'reset-after' }],
])('nothing listens to the signal after %s', async (_, fault) => {
  const { pagerDuty, client } = await startPagerDuty()
  pagerDuty.faults.always(fault)
  const { signal } = new AbortController()
  await client.send(triggerEvent, signal).catch(() => {})
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
