import { exampleRoutingKey } from '@complywise/destination-fakes'
import { describe, expect, test } from 'vitest'
import { createEventsClient } from '../../src/client/create-events-client.ts'
import { type Environment, proxyFor } from '../../src/client/proxy-for.ts'
import { failureOf, patient, startPagerDuty, startProxy, triggerEvent } from './support.ts'

describe('a proxy', () => {
  test('is asked for a tunnel, and sees nothing of the event', async () => {
    const { pagerDuty } = await startPagerDuty()
    const { url: proxy, tunnels } = await startProxy()
    const client = createEventsClient({ server: pagerDuty.server, ca: pagerDuty.ca, proxy })
    expect(await client.send(triggerEvent, patient)).toMatchObject({ status: 202 })
    expect(tunnels).toEqual([pagerDuty.server])
    expect(pagerDuty.incidents(exampleRoutingKey)).toHaveLength(1)
  })

  test('is given the credentials of its URL', async () => {
    const { pagerDuty } = await startPagerDuty()
    const { url: proxy } = await startProxy({ credentials: 'user:p@ss' })
    proxy.username = 'user'
    proxy.password = 'p@ss'
    const client = createEventsClient({ server: pagerDuty.server, ca: pagerDuty.ca, proxy })
    expect(await client.send(triggerEvent, patient)).toMatchObject({ status: 202 })
  })

  test('that asks for other credentials is named, without them', async () => {
    const { pagerDuty } = await startPagerDuty()
    const { url: proxy } = await startProxy({ credentials: 'user:secret' })
    proxy.username = 'user'
    proxy.password = 'wrong-one'
    const error = await failureOf(createEventsClient({ server: pagerDuty.server, ca: pagerDuty.ca, proxy }))
    expect(error).toMatchObject({ code: 'unexpected_answer', status: 407, isPossiblyAccepted: false })
    expect(error.message).toContain(`through the proxy ${proxy.host}`)
    expect(error.message).not.toContain('wrong-one')
    expect(pagerDuty.requests).toEqual([])
  })

  test('keeps no answer from being told apart', async () => {
    const { pagerDuty } = await startPagerDuty()
    const { url: proxy } = await startProxy()
    pagerDuty.faults.inject({ kind: 'rate-limited', retryAfterSeconds: 3 })
    const client = createEventsClient({ server: pagerDuty.server, ca: pagerDuty.ca, proxy })
    expect(await failureOf(client)).toMatchObject({ code: 'rate_limited', retryAfterMs: 3000 })
    expect(pagerDuty.requests).toHaveLength(1)
  })

  test('that nobody listens at means that nothing was sent', async () => {
    const { pagerDuty } = await startPagerDuty()
    await pagerDuty.close()
    const client = createEventsClient({ proxy: new URL(`http://${pagerDuty.server}`) })
    expect(await failureOf(client)).toMatchObject({ code: 'unavailable', isPossiblyAccepted: false })
  })
})

describe('the environment', () => {
  const server = 'events.pagerduty.com'
  const proxy = 'http://proxy.example:3128'

  test.each<[Environment, string | undefined]>([
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTP_PROXY: proxy }, undefined],
    [{ HTTPS_PROXY: proxy }, 'http://proxy.example:3128/'],
    [{ https_proxy: proxy, HTTPS_PROXY: 'http://other.example' }, 'http://proxy.example:3128/'],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'http://proxy.example:3128/'],
    [{ HTTPS_PROXY: 'https://user:p%40ss@proxy.example' }, 'https://user:p%40ss@proxy.example/'],
  ])('%j names the proxy %s', (environment, expected) => {
    expect(proxyFor(server, environment)?.href).toBe(expected)
  })

  test.each<[string, string]>([
    ['*', server],
    [server, server],
    ['EVENTS.PagerDuty.com', server],
    ['pagerduty.com', server],
    ['.pagerduty.com', server],
    ['*.pagerduty.com', server],
    ['a.example, pagerduty.com', server],
    ['a.example pagerduty.com', server],
    ['events.pagerduty.com:443', server],
    ['pagerduty.com:8443', `${server}:8443/prefix`],
    ['127.0.0.1', '127.0.0.1:8443'],
    ['::1', '[::1]:8443'],
    ['[::1]:8443', '[::1]:8443'],
  ])('NO_PROXY=%s excepts %s', (exceptions, server) => {
    expect(proxyFor(server, { HTTPS_PROXY: proxy, NO_PROXY: exceptions })).toBeUndefined()
    expect(proxyFor(server, { https_proxy: proxy, no_proxy: exceptions })).toBeUndefined()
  })

  test.each([
    '',
    ',',
    'duty.com',
    'notpagerduty.com',
    'events.pagerduty.com.example',
    'pagerduty.com:8443',
    '.',
  ])('NO_PROXY=%s excepts nothing of PagerDuty', (exceptions) => {
    expect(proxyFor(server, { HTTPS_PROXY: proxy, NO_PROXY: exceptions })).toBeDefined()
  })

  test.each(['socks5://user:hunter2@proxy.example', 'http://', 'http://user:hunter2@:x'])(
    'HTTPS_PROXY=%s is refused without quoting it',
    (value) => {
      expect(() => proxyFor(server, { HTTPS_PROXY: value })).toThrow(
        /^HTTPS_PROXY is not the http: or https: URL of a proxy, such as http:\/\/proxy\.example:3128$/,
      )
    },
  )
})
