import { isAuthError, isForbiddenError } from 'jira.js/core'
import { expect, test } from 'vitest'
import { connect, fieldErrors, paragraph, refusalOf, startBench, taskFields } from './support/jira-bench.ts'

test('a wrong token is answered 401 everywhere', async () => {
  const { jira } = await startBench()
  const client = connect(jira, 'wrong')
  await expect(client.myself.getCurrentUser()).rejects.toSatisfy(isAuthError)
  await expect(client.issues.createIssue({ fields: taskFields() })).rejects.toSatisfy(isAuthError)
  await expect(
    client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql: 'labels = x' }),
  ).rejects.toSatisfy(isAuthError)
  expect(jira.issues('SEC')).toEqual([])
})

test('a token is refused from the moment it is revoked', async () => {
  const { jira, client } = await startBench()
  await expect(client.myself.getCurrentUser()).resolves.toMatchObject({
    displayName: 'ComplyWise Forwarder',
    emailAddress: 'forwarder@example.com',
  })
  jira.revokeToken('fake-jira-token')
  await expect(refusalOf(client.myself.getCurrentUser())).resolves.toEqual({
    status: 401,
    body: 'Client must be authenticated to access this resource.',
  })
})

test('a revoked token that is taken for a visitor sees nothing, and says so only in a header', async () => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields({ labels: ['cw-1'] }) })
  jira.revokeToken('fake-jira-token', 'anonymous')
  await expect(
    client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql: 'labels = cw-1' }),
  ).resolves.toEqual({ issues: [], isLast: true })
  await expect(refusalOf(client.issues.getIssue({ issueIdOrKey: 'SEC-1' }))).resolves.toMatchObject({
    status: 404,
  })
  await expect(refusalOf(client.issues.createIssue({ fields: taskFields() }))).resolves.toEqual({
    status: 400,
    body: fieldErrors({
      project:
        'Anonymous users do not have permission to create issues in this project. Please try logging in first.',
    }),
  })
  await expect(client.myself.getCurrentUser()).rejects.toSatisfy(isAuthError)
  const answer = await fetch(`${jira.url}/rest/api/3/mypermissions?permissions=CREATE_ISSUES`, {
    headers: { authorization: `Basic ${btoa('forwarder@example.com:fake-jira-token')}` },
  })
  expect(answer.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED')
  await expect(answer.json()).resolves.toMatchObject({
    permissions: { CREATE_ISSUES: { havePermission: false } },
  })
})

const issueIdOrKey = 'SEC-1'

test.each<[string, (client: ReturnType<typeof connect>) => Promise<unknown>]>([
  ['CREATE_ISSUES', (client) => client.issues.createIssue({ fields: taskFields() })],
  ['EDIT_ISSUES', (client) => client.issues.editIssue({ issueIdOrKey, fields: { summary: 'x' } })],
  ['ASSIGN_ISSUES', (client) => client.issues.assignIssue({ issueIdOrKey, accountId: '-1' })],
  ['DELETE_ISSUES', (client) => client.issues.deleteIssue({ issueIdOrKey })],
  ['ADD_COMMENTS', (client) => client.issueComments.addComment({ issueIdOrKey, body: paragraph('x') })],
])('without %s the request is answered 403, and only in that project', async (permission, send) => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields() })
  jira.deny(permission, 'SEC')
  await expect(send(client)).rejects.toSatisfy(isForbiddenError)
  const asked = (projectKey: string) =>
    client.permissions.getMyPermissions({ projectKey, permissions: permission })
  await expect(asked('SEC')).resolves.toMatchObject({
    permissions: { [permission]: { havePermission: false } },
  })
  await expect(asked('SUR')).resolves.toMatchObject({
    permissions: { [permission]: { havePermission: true } },
  })
  jira.allow(permission, 'SEC')
  await expect(send(client)).resolves.not.toThrow()
})

test('who may not make transitions is offered none', async () => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields() })
  jira.deny('TRANSITION_ISSUES')
  await expect(client.issues.getTransitions({ issueIdOrKey })).resolves.toMatchObject({ transitions: [] })
})

test('a project that one may not see looks like one that does not exist', async () => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields() })
  jira.deny('BROWSE_PROJECTS', 'SEC')
  await expect(refusalOf(client.projects.getProject({ projectIdOrKey: 'SEC' }))).resolves.toMatchObject({
    status: 404,
  })
  await expect(refusalOf(client.issues.getIssue({ issueIdOrKey }))).resolves.toMatchObject({ status: 404 })
  await expect(refusalOf(client.issues.createIssue({ fields: taskFields() }))).resolves.toEqual({
    status: 400,
    body: fieldErrors({ project: 'valid project is required' }),
  })
  const search = client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql: 'project = SEC' })
  await expect(refusalOf(search)).resolves.toMatchObject({ status: 400 })
})

test('a request that looks like one of a browser is refused', async () => {
  const { jira } = await startBench()
  const answer = await fetch(`${jira.url}/rest/api/3/issue`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa('forwarder@example.com:fake-jira-token')}`,
      'content-type': 'application/json',
      'user-agent': 'Mozilla/5.0',
    },
    body: JSON.stringify({ fields: taskFields() }),
  })
  expect([answer.status, await answer.text()]).toEqual([403, 'XSRF check failed'])
})
