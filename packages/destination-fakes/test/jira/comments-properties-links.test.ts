import { expect, test } from 'vitest'
import { defaultUsers } from '../../src/index.ts'
import { paragraph, refusalOf, start, startBench, taskFields } from './support/jira-bench.ts'

const issueIdOrKey = 'SEC-1'

async function benchWithIssues(count = 1) {
  const bench = await startBench()
  for (let left = count; left > 0; left -= 1) await bench.client.issues.createIssue({ fields: taskFields() })
  return bench
}

test('comments keep their properties, and show them only in the list by ids', async () => {
  const { jira, client, pass } = await benchWithIssues()
  const added = await client.issueComments.addComment({
    issueIdOrKey,
    body: paragraph('Still failing.'),
    properties: [{ key: 'complywise', value: { event_id: 'e-1' } }],
  })
  pass(1000)
  const other = await client.issueComments.addComment({ issueIdOrKey, body: paragraph('Recovered.') })

  const last = await client.issueComments.getComments({
    issueIdOrKey,
    orderBy: '-created',
    maxResults: 1,
    expand: 'properties',
  })
  expect(last).toMatchObject({ total: 2, startAt: 0, maxResults: 1, comments: [{ id: other.id }] })
  expect(last.comments?.[0]).not.toHaveProperty('properties')
  const id = added.id ?? ''
  const one = await client.issueComments.getComment({ issueIdOrKey, id, expand: 'properties' })
  expect(one).not.toHaveProperty('properties')
  const ids = [Number(other.id), 1, Number(id)]
  const listed = await client.issueComments.getCommentsByIds({ ids, expand: 'properties' })
  expect(listed).toMatchObject({
    total: 2,
    isLast: true,
    values: [
      { id, properties: [{ key: 'complywise', value: { event_id: 'e-1' } }] },
      { id: other.id, properties: [] },
    ],
  })
  const plain = await client.issueComments.getCommentsByIds({ ids })
  expect(plain.values?.map((comment) => comment.properties)).toEqual([undefined, undefined])
  expect(jira.issues('SEC')[0]?.comments).toMatchObject([
    { text: 'Still failing.', at: start, properties: { complywise: { event_id: 'e-1' } } },
    { text: 'Recovered.', at: start + 1000 },
  ])
  jira.deny('BROWSE_PROJECTS', 'SEC')
  await expect(client.issueComments.getCommentsByIds({ ids })).resolves.toMatchObject({ values: [] })
})

test('a comment is deleted by who may', async () => {
  const { jira, client } = await benchWithIssues()
  const { id = '' } = await client.issueComments.addComment({ issueIdOrKey, body: paragraph('Twice.') })
  const remove = () => client.issueComments.deleteComment({ issueIdOrKey, id })
  jira.deny('DELETE_OWN_COMMENTS')
  await expect(refusalOf(remove())).resolves.toMatchObject({ status: 403 })
  jira.allow('DELETE_OWN_COMMENTS')
  await remove()
  expect(jira.issues('SEC')).toMatchObject([{ comments: [] }])
  await expect(refusalOf(remove())).resolves.toMatchObject({ status: 404 })
})

test('a property is created with 201, replaced with 200, listed, read at once and deleted', async () => {
  const { jira, client } = await benchWithIssues()
  const path = `${jira.url}/rest/api/3/issue/SEC-1/properties/registry%2Fcc6.1`
  const headers = {
    authorization: `Basic ${btoa('forwarder@example.com:fake-jira-token')}`,
    'content-type': 'application/json',
  }
  const put = async (value: unknown) =>
    (await fetch(path, { method: 'PUT', headers, body: JSON.stringify(value) })).status
  await expect(put({ claimed: 1 })).resolves.toBe(201)
  await expect(put({ claimed: 2 })).resolves.toBe(200)
  const read = await fetch(path, { headers })
  await expect(read.json()).resolves.toEqual({ key: 'registry/cc6.1', value: { claimed: 2 } })
  const listed = await client.issueProperties.getIssuePropertyKeys({ issueIdOrKey })
  expect(listed.keys?.map(({ key }) => key)).toEqual(['registry/cc6.1'])
  expect(jira.issues('SEC')[0]?.properties).toEqual({ 'registry/cc6.1': { claimed: 2 } })

  await client.issueProperties.setIssueProperty({ issueIdOrKey, propertyKey: 'other', body: {} })
  await client.issueProperties.deleteIssueProperty({ issueIdOrKey, propertyKey: 'other' })
  const gone = client.issueProperties.getIssueProperty({ issueIdOrKey, propertyKey: 'other' })
  await expect(refusalOf(gone)).resolves.toMatchObject({ status: 404 })
})

test('a remote link with a known global id is replaced, not added', async () => {
  const { jira, client } = await benchWithIssues()
  const put = (title: string) =>
    client.issueRemoteLinks.createOrUpdateRemoteIssueLink({
      issueIdOrKey,
      globalId: 'evidence-1',
      relationship: 'evidence',
      object: { url: 'https://example.com/e/1', title },
    })
  const first = await put('Old title')
  await expect(put('New title')).resolves.toEqual(first)
  const links = await client.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey })
  expect(links).toMatchObject([{ id: first.id, globalId: 'evidence-1', object: { title: 'New title' } }])
  expect(jira.issues('SEC')[0]?.remoteLinks).toHaveLength(1)
  expect(jira.requests.slice(-3, -1).map(({ status }) => status)).toEqual([201, 200])
})

test('issues are linked once, and each shows the link from its side', async () => {
  const { jira, client } = await benchWithIssues(2)
  const link = () =>
    client.issueLinks.linkIssues({
      type: { name: 'Duplicate' },
      inwardIssue: { key: 'SEC-2' },
      outwardIssue: { key: 'SEC-1' },
      comment: { body: paragraph('SEC-1 came first.') },
    })
  await link()
  await link()
  expect(jira.issues('SEC').map(({ links }) => links)).toEqual([
    [{ description: 'is duplicated by', key: 'SEC-2' }],
    [{ description: 'duplicates', key: 'SEC-1' }],
  ])
  const read = await client.issues.getIssue({ issueIdOrKey: 'SEC-2', fields: ['issuelinks'] })
  expect(read.fields?.['issuelinks']).toMatchObject([
    { type: { outward: 'duplicates' }, outwardIssue: { key: 'SEC-1' } },
  ])
})

test.each([
  ['a link type', { name: 'Nothing' }, 'SEC-2', "No issue link type with name 'Nothing' found."],
  ['an issue', { name: 'Relates' }, 'SEC-9', 'Issue does not exist or you do not have permission to see it.'],
])('%s that does not exist is not linked', async (_name, type, key, text) => {
  const { client } = await benchWithIssues(2)
  const answer = client.issueLinks.linkIssues({
    type,
    inwardIssue: { key: 'SEC-1' },
    outwardIssue: { key },
  })
  await expect(refusalOf(answer)).resolves.toEqual({
    status: 404,
    body: { errorMessages: [text], errors: {} },
  })
})

test('whoever is mentioned anywhere is known', async () => {
  const { jira, client } = await benchWithIssues()
  const accountId = defaultUsers[1]?.accountId ?? ''
  const mention = { type: 'mention', attrs: { id: accountId, text: '@Ada' } }
  const body = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [mention] }] }
  await client.issueComments.addComment({ issueIdOrKey, body: paragraph('@Ada <!channel>') })
  expect(jira.mentions).toEqual([])
  await client.issueComments.addComment({ issueIdOrKey, body })
  expect(jira.mentions).toEqual([{ issueKey: 'SEC-1', accountId }])
})
