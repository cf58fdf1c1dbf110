import { describe, expect, test } from 'vitest'
import type { FakeSlack } from '../../src/index.ts'
import { clientOf, codeOf, post, slackForTest } from './slack.ts'

const token = 'xoxb-fake'
const publicChannel = { id: 'C0ALERTS', name: 'alerts' }
const privateChannel = { id: 'G0SECRET', name: 'secret', isPrivate: true }

describe('a token', () => {
  test('is introduced by auth.test, its scopes with it', async () => {
    const { web } = await slackForTest({ tokens: [{ token, scopes: ['chat:write', 'channels:history'] }] })
    expect(await web.auth.test()).toMatchObject({
      ok: true,
      team_id: 'T0COMPLY',
      user_id: 'U0COMPLY',
      bot_id: 'B0COMPLY',
      response_metadata: { scopes: ['chat:write', 'channels:history'] },
    })
  })

  test('that is wrong, revoked or absent is refused by every method', async () => {
    const { slack, web } = await slackForTest()
    expect(await codeOf(clientOf(slack, 'xoxb-wrong').auth.test())).toBe('invalid_auth')
    slack.revokeToken(token)
    expect([await codeOf(web.auth.test()), await codeOf(post(web, {}))]).toEqual([
      'token_revoked',
      'token_revoked',
    ])
    slack.restoreToken(token)
    expect(await codeOf(web.auth.test())).toBe('ok')
    const anonymous = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' })
    expect(await anonymous.json()).toEqual({ ok: false, error: 'not_authed' })
    const inBody = await fetch(`${slack.apiUrl}auth.test`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
    })
    expect(await inBody.json()).toMatchObject({ ok: true })
  })

  test.each<[string, string, Record<string, unknown>]>([
    ['chat:write', 'chat.postMessage', { text: 'x' }],
    ['chat:write', 'chat.update', { text: 'x', ts: '1.0' }],
    ['channels:history', 'conversations.history', {}],
    ['channels:history', 'conversations.replies', { ts: '1.0' }],
    ['channels:read', 'conversations.info', {}],
    ['channels:join', 'conversations.join', {}],
  ])('without %s may not call %s', async (scope, method, args) => {
    const { slack, web } = await slackForTest()
    const call = () => web.apiCall(method, { channel: publicChannel.id, ...args })
    slack.removeScope(token, scope)
    await expect(call()).rejects.toMatchObject({ data: { error: 'missing_scope', needed: scope } })
    slack.addScope(token, scope)
    expect(await codeOf(call())).not.toBe('missing_scope')
    expect(slack.refusals).toEqual([])
  })

  test('needs the scope of private channels for them', async () => {
    const { slack, web } = await slackForTest({ channels: [privateChannel] })
    slack.removeScope(token, 'groups:history')
    await expect(web.conversations.history({ channel: privateChannel.id })).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'groups:history' },
    })
  })

  test('of one workspace sees nothing of another', async () => {
    const { slack } = await slackForTest({
      tokens: [{ token }, { token: 'xoxb-two', teamId: 'T0TWO' }],
      channels: [publicChannel, { ...publicChannel, id: 'C0TWO', teamId: 'T0TWO' }],
    })
    const two = clientOf(slack, 'xoxb-two')
    expect(await codeOf(post(two, { channel: 'C0ALERTS' }))).toBe('channel_not_found')
    expect(await two.apiCall('chat.postMessage', { channel: '#alerts', text: 'x' })).toMatchObject({
      channel: 'C0TWO',
    })
  })
})

describe('a channel', () => {
  test.each<[string, (slack: FakeSlack) => void, string, string, string]>([
    ['that does not exist', () => undefined, 'C0NOWHERE', 'chat.postMessage', 'channel_not_found'],
    ['that does not exist', () => undefined, 'C0NOWHERE', 'chat.update', 'channel_not_found'],
    ['that does not exist', () => undefined, 'C0NOWHERE', 'conversations.history', 'channel_not_found'],
    [
      'that is archived',
      (slack) => slack.archive(publicChannel.id),
      'C0ALERTS',
      'chat.postMessage',
      'is_archived',
    ],
    [
      'that is archived',
      (slack) => slack.archive(publicChannel.id),
      'C0ALERTS',
      'chat.update',
      'is_inactive',
    ],
    [
      'that is archived',
      (slack) => slack.archive(publicChannel.id),
      'C0ALERTS',
      'conversations.history',
      'ok',
    ],
    ['without the bot', outside, 'C0ALERTS', 'chat.postMessage', 'not_in_channel'],
    ['without the bot', outside, 'C0ALERTS', 'conversations.history', 'not_in_channel'],
    ['without the bot', outside, 'C0ALERTS', 'chat.getPermalink', 'ok'],
    [
      'without the bot, by chat:write.public',
      (slack) => slack.removeFrom(publicChannel.id),
      'C0ALERTS',
      'chat.postMessage',
      'ok',
    ],
    [
      'that is private and without the bot',
      (slack) => slack.removeFrom(privateChannel.id),
      'G0SECRET',
      'chat.postMessage',
      'channel_not_found',
    ],
    [
      'that is private and without the bot',
      (slack) => slack.removeFrom(privateChannel.id),
      'G0SECRET',
      'conversations.info',
      'channel_not_found',
    ],
    ['that is private, with the bot', () => undefined, 'G0SECRET', 'chat.postMessage', 'ok'],
  ])('%s', async (_name, arrange, id, method, code) => {
    const { slack, web } = await slackForTest({ channels: [publicChannel, privateChannel] })
    const ts = await post(web, {})
    arrange(slack)
    const call = web.apiCall(method, { channel: id, ts, message_ts: ts, text: 'x' })
    expect(await codeOf(call)).toBe(code)
  })

  test('is open again when it is unarchived and the bot is invited or joins', async () => {
    const { slack, web } = await slackForTest()
    outside(slack)
    slack.archive(publicChannel.id)
    expect(await codeOf(post(web, {}))).toBe('is_archived')
    slack.unarchive(publicChannel.id)
    expect(await codeOf(post(web, {}))).toBe('not_in_channel')
    slack.inviteTo(publicChannel.id)
    expect(await codeOf(post(web, {}))).toBe('ok')
    slack.removeFrom(publicChannel.id)
    await web.conversations.join({ channel: publicChannel.id })
    expect(await codeOf(post(web, {}))).toBe('ok')
  })
})

test('a method that Slack or the fake does not have is unknown', async () => {
  const { web } = await slackForTest()
  await expect(web.apiCall('chat.shout')).rejects.toMatchObject({
    data: { error: 'unknown_method', req_method: 'chat.shout' },
  })
})

test('administration of what is not there says so', async () => {
  const { slack } = await slackForTest()
  expect(() => slack.archive('C0NOWHERE')).toThrow('no channel C0NOWHERE')
  expect(() => slack.revokeToken('xoxb-wrong')).toThrow('no token xoxb-wrong')
})

function outside(slack: FakeSlack): void {
  slack.removeFrom(publicChannel.id)
  slack.removeScope(token, 'chat:write.public')
}
