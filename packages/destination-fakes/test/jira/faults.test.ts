import {
  isApiError,
  isNetworkError,
  isRateLimitError,
  isSchemaMismatchError,
  isServerError,
} from 'jira.js/core'
import { expect, test } from 'vitest'
import type { Fault } from '../../src/index.ts'
import { startBench, taskFields } from './support/jira-bench.ts'

test.each<[Fault, number, (error: unknown) => boolean]>([
  [{ kind: 'rate-limited', retryAfterSeconds: 7 }, 0, isRateLimitError],
  [{ kind: 'rate-limited' }, 0, isRateLimitError],
  [{ kind: 'unavailable', retryAfterSeconds: 7 }, 0, isServerError],
  [{ kind: 'html-502' }, 0, isServerError],
  [{ kind: 'html-502-after' }, 1, isServerError],
  [{ kind: 'reset-before' }, 0, isNetworkError],
  [{ kind: 'reset-after' }, 1, isNetworkError],
  [{ kind: 'html-success' }, 1, isSchemaMismatchError],
  [{ kind: 'error', status: 409, body: { errorMessages: ['Conflict'], errors: {} } }, 0, isApiError],
])('%o fails the create and leaves %i issues', async (fault, issues, isExpected) => {
  const { jira, client } = await startBench()
  jira.faults.inject(fault, { operation: 'createIssue' })
  await expect(client.issues.createIssue({ fields: taskFields() })).rejects.toSatisfy(isExpected)
  expect(jira.issues('SEC')).toHaveLength(issues)
  expect(jira.refusals).toEqual([])
  await client.issues.createIssue({ fields: taskFields() })
  expect(jira.issues('SEC')).toHaveLength(issues + 1)
})

test('an answer that is cut is no issue, though there is one', async () => {
  const { jira, client } = await startBench()
  jira.faults.inject({ kind: 'truncated' }, { operation: 'createIssue' })
  const answer = client.issues.createIssue({ fields: taskFields() })
  await expect(answer).rejects.toSatisfy(isSchemaMismatchError)
  expect(jira.issues('SEC')).toHaveLength(1)
})

test('the words of the service are in its 429', async () => {
  const { jira, raw } = await startBench()
  jira.faults.always({ kind: 'rate-limited', retryAfterSeconds: 7 })
  await expect(raw.sendRequest({ url: '/rest/api/3/myself', method: 'GET' })).rejects.toMatchObject({
    status: 429,
    retryAfterMs: 7000,
    body: { errorMessages: ['Rate limit exceeded. Please try again later.'] },
  })
})

test('requests are remembered by the operation, with their bodies', async () => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields() })
  await client.issues.getIssue({ issueIdOrKey: 'SEC-1', fields: ['status'] })
  await client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql: 'project = SEC' })
  expect(jira.requests).toMatchObject([
    { operation: 'createIssue', status: 201, body: { fields: { summary: 'CC6.1 failing' } } },
    { operation: 'getIssue', status: 200, body: { fields: 'status' }, path: '/rest/api/3/issue/SEC-1' },
    { operation: 'searchIssues', status: 200, body: { jql: 'project = SEC' } },
  ])
})

test('a path that Jira does not have is a refusal', async () => {
  const { jira, raw } = await startBench()
  const answer = raw.sendRequest({ url: '/rest/api/3/issues', method: 'GET' })
  await expect(answer).rejects.toMatchObject({ status: 404 })
  expect(jira.refusals).toMatchObject([{ operation: 'GET /rest/api/3/issues' }])
})
