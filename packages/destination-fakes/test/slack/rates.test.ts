import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import type { WebClient } from '@slack/web-api'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../../src/index.ts'
import { codeOf, post, slackForTest } from './slack.ts'

const channel = 'C0ALERTS'

/** How many of these calls, made at one moment, Slack admits before it refuses one, and what it says then. */
async function admitted(call: () => Promise<unknown>): Promise<{ count: number; error: unknown }> {
  for (let count = 0; count < 1000; count += 1) {
    const [result] = await Promise.allSettled([call()])
    if (result.status === 'rejected') return { count, error: result.reason }
  }
  return { count: 1000, error: undefined }
}

describe('rates', () => {
  test.each<[string, (web: WebClient, ts: string) => Promise<unknown>, number, number]>([
    ['chat.postMessage', (web) => post(web, {}), 3, 1],
    ['chat.update', (web, ts) => web.chat.update({ channel, ts, text: 'x' }), 20, 2],
    ['conversations.history', (web) => web.conversations.history({ channel }), 20, 2],
    ['conversations.replies', (web, ts) => web.conversations.replies({ channel, ts }), 20, 2],
  ])('of %s: a burst, then 429 with Retry-After, then one more', async (_name, call, burst, retryAfter) => {
    const { slack, web, pass } = await slackForTest()
    const ts = await post(web, {})
    pass(60_000)
    const { count, error } = await admitted(() => call(web, ts))
    expect(count).toBe(burst)
    expect(error).toBeInstanceOf(WebAPIRateLimitedError)
    expect(error).toMatchObject({ retryAfter })
    expect(slack.refusals).toEqual([])
    pass(1200)
    expect((await admitted(() => call(web, ts))).count).toBe(1)
  })

  test('of posts are counted for each channel', async () => {
    const channels = ['C0ONE', 'C0TWO'].map((id) => ({ id, name: id.toLowerCase() }))
    const { web } = await slackForTest({ channels })
    expect((await admitted(() => post(web, { channel: 'C0ONE' }))).count).toBe(3)
    expect((await admitted(() => post(web, { channel: 'C0TWO' }))).count).toBe(3)
  })

  test('can be shrunk and switched off', async () => {
    const small = await slackForTest({ limits: { postMessage: { burst: 1, everyMs: 30_000 } } })
    const { count, error } = await admitted(() => post(small.web, {}))
    expect([count, error]).toEqual([1, expect.objectContaining({ retryAfter: 30 })])
    const none = await slackForTest({ limits: false })
    expect((await admitted(() => post(none.web, {}))).count).toBe(1000)
  }, 30_000)
})

describe('the SDK meets', () => {
  test.each<[string, Fault, new (...args: never[]) => Error, number]>([
    ['a 429', { kind: 'rate-limited', retryAfterSeconds: 30 }, WebAPIRateLimitedError, 0],
    ['a 429 without Retry-After', { kind: 'rate-limited' }, Error, 0],
    ['a 503', { kind: 'unavailable' }, WebAPIHTTPError, 0],
    ['the page of a proxy', { kind: 'html-502' }, WebAPIHTTPError, 0],
    ['the page of a proxy that lost the answer', { kind: 'html-502-after' }, WebAPIHTTPError, 1],
    ['a reset', { kind: 'reset-before' }, WebAPIRequestError, 0],
    ['a reset after the effect', { kind: 'reset-after' }, WebAPIRequestError, 1],
    ['half an answer', { kind: 'truncated' }, WebAPIPlatformError, 1],
    ['a captive portal', { kind: 'html-success' }, WebAPIPlatformError, 1],
    ['an internal error', internalError(false), WebAPIPlatformError, 0],
    ['an internal error after the effect', internalError(true), WebAPIPlatformError, 1],
  ])('%s', async (_name, fault, error, left) => {
    const { slack, web } = await slackForTest()
    slack.faults.inject(fault, { operation: 'chat.postMessage' })
    await web.auth.test()
    await expect(post(web, {})).rejects.toSatisfy((thrown: object) => thrown.constructor === error)
    expect(slack.channel(channel).messages).toHaveLength(left)
    expect(await codeOf(post(web, {}))).toBe('ok')
  })

  test('a message that was posted although the answer was lost, in the history', async () => {
    const { slack, web } = await slackForTest()
    slack.faults.inject({ kind: 'reset-after' })
    const metadata = { event_type: 'alert', event_payload: { event_id: 'evt_1' } }
    await expect(post(web, { metadata })).rejects.toBeInstanceOf(WebAPIRequestError)
    const { messages } = await web.conversations.history({ channel, include_all_metadata: true })
    expect(messages).toMatchObject([{ metadata }])
  })
})

test('requests are recorded with their arguments decoded and without the token', async () => {
  const { slack, web } = await slackForTest()
  await post(web, { blocks: [{ type: 'divider' }], token: 'xoxb-fake' })
  expect(slack.requests).toMatchObject([
    {
      operation: 'chat.postMessage',
      body: { channel, text: 'text', blocks: [{ type: 'divider' }] },
      status: 200,
      error: undefined,
    },
  ])
  expect(JSON.stringify(slack.requests)).not.toContain('xoxb-')
})

function internalError(takesEffect: boolean): Fault {
  return { kind: 'error', status: 200, body: { ok: false, error: 'internal_error' }, takesEffect }
}
