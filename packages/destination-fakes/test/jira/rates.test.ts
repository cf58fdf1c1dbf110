import { isRateLimitError } from 'jira.js/core'
import { expect, test } from 'vitest'
import { paragraph, startBench, taskFields } from './support/jira-bench.ts'

/** How many of `count` requests, one after the other, are not answered 429, and the error of the last. */
async function admitted(count: number, send: () => Promise<unknown>) {
  let admitted = 0
  let last: unknown
  for (let left = count; left > 0; left -= 1) {
    last = await send().then(
      () => {
        admitted += 1
        return undefined
      },
      (error: unknown) => error,
    )
  }
  return { admitted, last }
}

test('one issue takes 20 writes in 2 seconds and 100 in 30', async () => {
  const { jira, client, pass } = await startBench()
  for (const key of ['SEC-1', 'SEC-2'])
    await client.issues.createIssue({ fields: taskFields({ summary: key }) })
  const write = (issueIdOrKey: string) => () =>
    client.issueComments.addComment({ issueIdOrKey, body: paragraph('x') })

  const burst = await admitted(21, write('SEC-1'))
  expect(burst.admitted).toBe(20)
  expect(burst.last).toSatisfy(isRateLimitError)
  expect(burst.last).toMatchObject({ status: 429, retryAfterMs: 2000 })
  await expect(admitted(1, write('SEC-2'))).resolves.toMatchObject({ admitted: 1 })
  for (let round = 0; round < 4; round += 1) {
    pass(2000)
    await expect(admitted(20, write('SEC-1'))).resolves.toMatchObject({ admitted: 20 })
  }
  pass(2000)
  const exhausted = await admitted(1, write('SEC-1'))
  expect(exhausted).toMatchObject({ admitted: 0, last: { retryAfterMs: 20_000 } })
  pass(20_000)
  await expect(admitted(20, write('SEC-1'))).resolves.toMatchObject({ admitted: 20 })
  expect(jira.requests.filter(({ error }) => error === 'jira-per-issue-on-write')).toHaveLength(2)
  expect(jira.refusals).toEqual([])
})

test('an answer of too many requests says which limit and when to come back', async () => {
  const { jira, client } = await startBench({ limits: { perSecond: { POST: 1 } } })
  await client.issues.createIssue({ fields: taskFields() })
  const answer = await fetch(`${jira.url}/rest/api/3/issue`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa('forwarder@example.com:fake-jira-token')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ fields: taskFields() }),
  })
  expect(answer.status).toBe(429)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'retry-after': '1',
    'ratelimit-reason': 'jira-burst-based',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '2026-03-01T12:00:01.000Z',
  })
})

test.each([
  ['GET', 150, 'getIssue'],
  ['GET', 100, 'getTransitions'],
  ['PUT', 50, 'editIssue'],
] as const)('%s takes %i requests of %s at once', async (_method, burst, operation) => {
  const { client } = await startBench({ limits: { issueWrites: [] } })
  await client.issues.createIssue({ fields: taskFields() })
  const send = () => client.issues[operation]({ issueIdOrKey: 'SEC-1' })
  await expect(admitted(burst + 1, send)).resolves.toMatchObject({ admitted: burst })
})

test('the operations have a bucket each, which fills again', async () => {
  const { client, pass } = await startBench({ limits: { perSecond: { GET: 2 } } })
  const send = () => client.myself.getCurrentUser()
  await expect(admitted(3, send)).resolves.toMatchObject({ admitted: 2 })
  await expect(client.issueFields.getFields()).resolves.toBeDefined()
  pass(500)
  await expect(admitted(2, send)).resolves.toMatchObject({ admitted: 1 })
})
