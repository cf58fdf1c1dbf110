import type { Fault } from '@complywise/destination-fakes'
import { DestinationError } from '@complywise/forwarder'
import { expect, test } from 'vitest'
import { startBench } from './support/bench.ts'

const withEffect: readonly Fault[] = [
  { kind: 'reset-after' },
  { kind: 'html-502-after' },
  { kind: 'truncated' },
  { kind: 'html-success' },
  { kind: 'hang-after' },
]
const withoutEffect: readonly Fault[] = [
  { kind: 'rate-limited' },
  { kind: 'rate-limited', retryAfterSeconds: 7 },
  { kind: 'unavailable' },
  { kind: 'unavailable', retryAfterSeconds: 7 },
  { kind: 'reset-before' },
  { kind: 'html-502' },
  { kind: 'hang' },
  { kind: 'error', status: 500, body: { errorMessages: ['Internal Server Error'] } },
]
const faults = [...withEffect, ...withoutEffect]
const writes = [
  'createIssue',
  'addComment',
  'doTransition',
  'linkIssues',
  'setIssueProperty',
  'createOrUpdateRemoteIssueLink',
]
const reads = [
  'getIssue',
  'searchIssues',
  'bulkFetchIssues',
  'getTransitions',
  'getComments',
  'getCommentsByIds',
]

test.each(faults.flatMap((fault) => [...writes, ...reads].map((operation) => ({ operation, fault }))))(
  '$fault.kind on $operation: the same issue in the end as without',
  async ({ operation, fault }) => {
    const { jira, clock, replica } = await startBench({
      jira: { indexDelayMs: 10_000 },
      timeout: '150ms',
    })
    const one = replica()
    jira.faults.inject(fault, { operation })
    await one.tell('open')
    clock.now += 60_000
    jira.faults.inject(fault, { operation })
    await one.tell('repeat')
    await one.tell('resolve')
    clock.now += 3_600_000
    await one.tell('reopen')
    await one.tell('resolve')
    expect(jira.issues('SEC')).toMatchObject([
      { key: 'SEC-1', statusCategory: 'done', resolution: 'Done', comments: [{}, {}, {}, {}] },
    ])
    expect(jira.refusals).toEqual([])
  },
)

test.each(withEffect)('$kind on a create says that nobody knows', async (fault) => {
  const { jira, replica } = await startBench({ timeout: '150ms' })
  const one = replica()
  jira.faults.inject(fault, { operation: 'createIssue' })
  await expect(one.once(one.step('open'))).rejects.toMatchObject({ kind: 'ambiguous' })
})

test('an issue that search does not know yet is waited for, and not made again', async () => {
  const { jira, clock, replica } = await startBench({ jira: { indexDelayMs: 50_000 } })
  const one = replica()
  const began = clock.now
  jira.faults.inject({ kind: 'reset-after' }, { operation: 'createIssue' })
  const { errors } = await one.tell('open')
  expect(errors.map(({ kind, code }) => `${kind} ${code}`)).toEqual([
    'ambiguous jira_no_answer',
    'retry unsettled',
  ])
  expect(clock.now - began).toBe(60_000)
  expect(jira.issues('SEC')).toHaveLength(1)
})

test('an issue that was never made is made when search would know of it', async () => {
  const { jira, clock, replica } = await startBench({ jira: { indexDelayMs: 50_000 } })
  const one = replica()
  const began = clock.now
  jira.faults.inject({ kind: 'reset-before' }, { operation: 'createIssue' })
  await one.tell('open')
  expect(clock.now - began).toBe(60_000)
  expect(jira.issues('SEC')).toHaveLength(1)
})

test.each([
  { fault: { kind: 'rate-limited', retryAfterSeconds: 7 }, code: 'jira_rate_limited', retryAfterMs: 7_000 },
  { fault: { kind: 'rate-limited' }, code: 'jira_rate_limited', retryAfterMs: undefined },
  { fault: { kind: 'unavailable', retryAfterSeconds: 9 }, code: 'jira_unavailable', retryAfterMs: 9_000 },
] as const)(
  '$fault.kind is retried when Jira says ($retryAfterMs)',
  async ({ fault, code, retryAfterMs }) => {
    const { jira, replica } = await startBench()
    const one = replica()
    jira.faults.inject(fault, { operation: 'createIssue' })
    await expect(one.once(one.step('open'))).rejects.toMatchObject({ kind: 'retry', code, retryAfterMs })
  },
)

test('nothing is sent while Jira’s limit lasts', async () => {
  const { jira, clock, replica } = await startBench()
  const one = replica()
  jira.faults.inject({ kind: 'rate-limited', retryAfterSeconds: 30 }, { operation: 'createIssue' })
  await expect(one.once(one.step('open'))).rejects.toMatchObject({ retryAfterMs: 30_000 })
  clock.now += 10_000
  const creates = () => jira.requests.filter(({ operation }) => operation === 'createIssue').length
  const before = creates()
  await expect(one.once(one.step('open'))).rejects.toMatchObject({ kind: 'retry', retryAfterMs: 20_000 })
  expect(creates()).toBe(before)
  clock.now += 20_000
  await one.tell('open')
  expect(jira.issues('SEC')).toHaveLength(1)
})

test('an hour of outage loses nothing', async () => {
  const { jira, clock, replica } = await startBench()
  const one = replica()
  const step = one.step('open')
  jira.faults.always({ kind: 'unavailable', retryAfterSeconds: 600 })
  for (let minute = 0; minute < 60; minute += 10) {
    await expect(one.once(step)).rejects.toMatchObject({ kind: 'retry' })
    clock.now += 600_000
  }
  jira.faults.always(undefined)
  await one.carryOut(step)
  expect(jira.issues('SEC')).toHaveLength(1)
})

test('nobody there is a matter of trying again', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await jira.close()
  await expect(one.once(one.step('open'))).rejects.toMatchObject({ kind: 'retry', code: 'jira_unreachable' })
})

test.each(['unauthorized', 'anonymous'] as const)(
  'a revoked token (%s) is for somebody to replace, and makes nothing of what is there already',
  async (as) => {
    const { jira, replica } = await startBench()
    const one = replica()
    await one.tell('open')
    jira.revokeToken('fake-jira-token', as)
    for (const action of ['open', 'repeat', 'reopen', 'note', 'resolve'] as const) {
      await expect(one.once(one.step(action))).rejects.toMatchObject({
        kind: 'operator',
        code: 'jira_unauthorized',
        fix: expect.stringContaining('token'),
      })
    }
    expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'new', comments: [] }])
  },
)

test.each([
  { deny: 'CREATE_ISSUES', action: 'open' as const, code: 'jira_forbidden' },
  { deny: 'ADD_COMMENTS', action: 'repeat' as const, code: 'jira_forbidden' },
])('without the permission $deny somebody has to grant it', async ({ deny, action, code }) => {
  const { jira, replica } = await startBench()
  const one = replica()
  const first = deny === 'CREATE_ISSUES' ? Promise.resolve() : one.tell('open')
  await first
  jira.deny(deny)
  await expect(one.once(one.step(action))).rejects.toMatchObject({ kind: 'operator', code })
})

test.each([
  { target: { project: 'NONE' }, code: 'jira_project_not_found' },
  { target: { issue_type: 'Story' }, code: 'jira_issue_type_refused' },
])('a wrong $target names what to correct', async ({ target, code }) => {
  const { replica } = await startBench({ target })
  const one = replica()
  const error: unknown = await one.once(one.step('open')).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DestinationError)
  expect(error).toMatchObject({ kind: 'operator', code, fix: expect.stringContaining('targets.sec') })
})

test('the token is in no error', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  jira.revokeToken('fake-jira-token')
  const error: unknown = await one.once(one.step('open')).catch((thrown: unknown) => thrown)
  const shown = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? String(error.cause) : ''}`
  expect(shown).not.toContain('fake-jira-token')
  expect(shown).not.toContain(Buffer.from('forwarder@example.com:fake-jira-token').toString('base64'))
})

test('a transition that others make at the same time is tried again', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  jira.faults.inject(
    { kind: 'error', status: 409, body: { errorMessages: ['conflict'] } },
    { operation: 'doTransition' },
    2,
  )
  const { errors } = await one.tell('resolve')
  expect(errors).toEqual([])
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done' }])
})
