import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { slackForwarder } from '../src/app.ts'
import { findProblems, optionsSchema, targetSchema } from '../src/config.ts'

test('a target of a channel alone mentions nobody', () => {
  expect(targetSchema.parse({ channel: 'C0123456789' })).toEqual({
    channel: 'C0123456789',
    mentions: [],
    mentionFrom: 'error',
  })
})

test('a target may mention user groups, users, and who is in the channel', () => {
  const target = targetSchema.parse({
    channel: 'G0123',
    mention: ['S0IAM', 'U0ANN', 'here', 'channel'],
    mention_from: 'critical',
    workspace: 'eu',
  })
  expect(target).toEqual({
    channel: 'G0123',
    mentions: [
      { kind: 'group', id: 'S0IAM' },
      { kind: 'user', id: 'U0ANN' },
      { kind: 'here' },
      { kind: 'channel' },
    ],
    mentionFrom: 'critical',
    workspace: 'eu',
  })
  expect(targetSchema.parse({ channel: 'C0123', mention: 'S0IAM' }).mentions).toHaveLength(1)
})

test.each([
  { target: { channel: '#alerts' }, path: 'channel', says: 'ID of a channel' },
  { target: { channel: 'C0123', mention: '@ann' }, path: 'mention', says: 'ID of a user group' },
  { target: { channel: 'C0123', mention: ['<!channel>'] }, path: 'mention', says: 'ID of a user group' },
  { target: { channel: 'C0123', mention: Array(6).fill('S0IAM') }, path: 'mention', says: '5' },
  { target: { channel: 'C0123', mention_from: 'bad' }, path: 'mention_from', says: 'critical' },
  { target: { channel: 'C0123', token: 'abc' }, path: 'token', says: 'xoxb-' },
  { target: { channel: 'C0123', token: 'xoxb-1', workspace: 'eu' }, path: 'token', says: 'not both' },
  { target: { channel: 'C0123', colour: 'red' }, path: '', says: 'colour' },
  { target: {}, path: 'channel', says: 'expected string' },
])('$target is refused at "$path", saying "$says"', ({ target, path, says }) => {
  const { error } = targetSchema.safeParse(target)
  expect(JSON.stringify(error?.issues)).toContain(says)
  expect(error?.issues.some((issue) => String(issue.path[0] ?? '') === path)).toBe(true)
  expect(error?.message).not.toContain('xoxb-1')
})

test('the section slack may be absent, and GovSlack is an address', () => {
  expect(optionsSchema.parse(undefined)).toEqual({
    workspaces: {},
    apiUrl: 'https://slack.com/api/',
    postIntervalMs: 1000,
  })
  expect(
    optionsSchema.parse({ token: 'xoxb-1', api_url: 'https://slack-gov.com/api/', post_interval: '2s' }),
  ).toEqual({
    token: 'xoxb-1',
    workspaces: {},
    apiUrl: 'https://slack-gov.com/api/',
    postIntervalMs: 2000,
  })
})

test.each([
  { name: 'plain http', api_url: 'http://slack.example/api/' },
  { name: 'a user and a password', api_url: 'https://ada:hunter2@slack.com/api/' },
  { name: 'a password alone', api_url: 'https://:hunter2@slack.com/api/' },
  { name: 'a query', api_url: 'https://slack.com/api/?key=hunter2' },
  { name: 'a fragment', api_url: 'https://slack.com/api/#hunter2' },
  { name: 'no scheme', api_url: 'slack.com' },
])('an address of the Web API with $name is refused, and not shown', ({ api_url }) => {
  const { error } = optionsSchema.safeParse({ token: 'xoxb-1', api_url })
  expect(error?.issues).toMatchObject([{ path: ['api_url'] }])
  expect(error?.issues[0]?.message).toMatch(/^has to be an https:/)
  expect(error?.message).not.toContain('hunter2')
})

test.each(['http://127.0.0.1:4000/api/', 'http://localhost/api/', 'http://[::1]:1/api/'])(
  'a test server on this machine, %s, is an address of the Web API',
  (api_url) => {
    expect(optionsSchema.parse({ token: 'xoxb-1', api_url }).apiUrl).toBe(api_url)
  },
)

test('a target without any token, or with a workspace that is not there, is a problem at its place', () => {
  const targets = {
    none: targetSchema.parse({ channel: 'C0123' }),
    wrong: targetSchema.parse({ channel: 'C0123', workspace: 'asia' }),
    right: targetSchema.parse({ channel: 'C0123', workspace: 'eu' }),
    own: targetSchema.parse({ channel: 'C0123', token: 'xoxb-2' }),
  }
  const options = optionsSchema.parse({ workspaces: { eu: { token: 'xoxb-1' } } })
  expect(findProblems({ targets, options })).toEqual([
    { path: ['targets', 'none'], message: 'needs a token: set slack.token, or a token or workspace here' },
    { path: ['targets', 'wrong', 'workspace'], message: 'must be one of slack.workspaces; there is eu' },
  ])
  expect(findProblems({ targets: { right: targets.right, own: targets.own }, options })).toEqual([])
})

test('token and channel in the environment stand for a whole file', () => {
  expect(slackForwarder.simple.toFile({})).toBeUndefined()
  expect(slackForwarder.simple.toFile({ token: 'xoxb-1', channel: 'C0123', mention: 'S0IAM' })).toEqual({
    slack: { token: 'xoxb-1' },
    targets: { slack: { channel: 'C0123', mention: 'S0IAM' } },
  })
})

test('both schemas can be published as JSON Schema, with a description of each key', () => {
  for (const schema of [targetSchema, optionsSchema]) {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
    for (const [name, property] of Object.entries(properties)) {
      expect({ name, property }).toHaveProperty('property.description')
    }
  }
})

test('the manifest asks for the scopes that the app uses, and for no others', () => {
  const manifest = readFileSync(new URL('../slack-app-manifest.yaml', import.meta.url), 'utf8')
  expect(manifest.match(/(?<=^ +- )\S+$/gm)).toEqual([
    'chat:write',
    'channels:history',
    'groups:history',
    'channels:read',
    'groups:read',
  ])
})
