import { describe, expect, test } from 'vitest'
import { defaultUsers } from '../../src/index.ts'
import {
  fieldErrors,
  type JiraBench,
  paragraph,
  refusalOf,
  startBench,
  taskFields,
} from './support/jira-bench.ts'

/** A document whose JSON has exactly this many characters. */
function documentOfLength(length: number) {
  const empty = JSON.stringify(paragraph('')).length
  return paragraph('x'.repeat(length - empty))
}

const tooLong = 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.'
const notADocument = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)'
const linkedText = (attrs: object) => ({
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [{ type: 'link', attrs }] }] }],
})

test.each<[string, Record<string, unknown>]>([
  ['a summary of 255 characters', { summary: 's'.repeat(255) }],
  ['a summary with emoji and right-to-left text', { summary: '🔒 فشل التحكم CC6.1 <!channel> @here' }],
  ['a description of 32,767 characters of JSON', { description: documentOfLength(32_767) }],
  ['a label of 255 characters', { labels: ['l'.repeat(255)] }],
  ['a document with every block a report uses', { description: everyBlock() }],
  ['a custom text of 255 characters', { customfield_10010: 'c'.repeat(255) }],
])('%s is taken', async (_name, fields) => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields(fields) })
  expect(jira.issues('SEC')[0]?.fields).toMatchObject(fields)
  expect(jira.refusals).toEqual([])
})

test.each<[string, Record<string, unknown>, Record<string, string>]>([
  ['no summary', { summary: undefined }, { summary: 'You must specify a summary of the issue.' }],
  ['an empty summary', { summary: ' ' }, { summary: 'You must specify a summary of the issue.' }],
  [
    'a summary of 256 characters',
    { summary: 's'.repeat(256) },
    { summary: "Summary can't exceed 255 characters." },
  ],
  [
    'a summary of two lines',
    { summary: 'CC6.1\nfailing' },
    { summary: 'The summary is invalid because it contains newline characters.' },
  ],
  [
    'a document without a version',
    { description: { type: 'doc', content: [] } },
    { description: 'INVALID_INPUT' },
  ],
  [
    'a document of version 2',
    { description: { type: 'doc', version: 2, content: [] } },
    { description: 'INVALID_INPUT' },
  ],
  ['an empty text in a document', { description: paragraph('') }, { description: 'INVALID_INPUT' }],
  [
    'a block that no document has',
    { description: { type: 'doc', version: 1, content: [{ type: 'section' }] } },
    { description: 'INVALID_INPUT' },
  ],
  ['a link without its address', { description: linkedText({ url: 'x' }) }, { description: 'INVALID_INPUT' }],
  ['an array for a document', { description: [] }, { description: notADocument }],
  [
    'a description of 32,768 characters of JSON',
    { description: documentOfLength(32_768) },
    { description: tooLong },
  ],
  [
    'a long text that is no document in a custom field',
    { customfield_10015: 'text' },
    { customfield_10015: notADocument },
  ],
  [
    'a label with a space',
    { labels: ['soc 2'] },
    { labels: "The label 'soc 2' contains spaces which is invalid." },
  ],
  [
    'a label with a tab',
    { labels: ['soc\t2'] },
    { labels: "The label 'soc\t2' contains spaces which is invalid." },
  ],
  [
    'a label of 256 characters',
    { labels: ['l'.repeat(256)] },
    { labels: `The label '${'l'.repeat(256)}' exceeds the maximum length of 255 characters.` },
  ],
  ['an empty label', { labels: [''] }, { labels: "The label '' can't be empty." }],
  ['one label for a list', { labels: 'complywise' }, { labels: 'Operation value must be an array' }],
  ['a due date with a time', { duedate: '2026-03-08T00:00:00Z' }, date('2026-03-08T00:00:00Z')],
  ['a due date that the calendar lacks', { duedate: '2026-02-30' }, date('2026-02-30')],
  ['a due date of an American', { duedate: '03/08/2026' }, date('03/08/2026')],
  ['a name for a priority', { priority: 'High' }, { priority: 'data was not an object' }],
  ['a name for an assignee', { assignee: 'ada' }, { assignee: 'data was not an object' }],
  [
    'a text for a number',
    { customfield_10013: '94.6' },
    { customfield_10013: 'Operation value must be a number' },
  ],
  [
    'a custom text of 256 characters',
    { customfield_10010: 'c'.repeat(256) },
    { customfield_10010: 'The entered text is too long. It exceeds the allowed limit of 255 characters.' },
  ],
  [
    'a time without its zone',
    { customfield_10014: '2026-03-01T12:00:00' },
    { customfield_10014: 'Error parsing time: 2026-03-01T12:00:00' },
  ],
  ['no issue type', { issuetype: undefined }, { issuetype: 'Specify an issue type' }],
  ['no project', { project: undefined }, { project: 'valid project is required' }],
])('%s is refused as malformed', async (_name, fields, errors) => {
  const { jira, client } = await startBench()
  const answer = client.issues.createIssue({ fields: taskFields(fields) })
  await expect(refusalOf(answer)).resolves.toEqual({ status: 400, body: fieldErrors(errors) })
  expect(jira.issues('SEC')).toEqual([])
  expect(jira.refusals).toMatchObject([{ operation: 'createIssue' }])
})

test('a refusal says where a document is wrong, which Jira does not', async () => {
  const { jira, client } = await startBench()
  const description = {
    type: 'doc',
    version: 1,
    content: [
      {
        type: 'bulletList',
        content: [
          { type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: '' }] }] },
        ],
      },
    ],
  }
  await refusalOf(client.issues.createIssue({ fields: taskFields({ description }) }))
  expect(jira.refusals[0]?.why).toContain('/content/0/content/0/content/0/content/0/text')
})

describe('requests of one kind each', () => {
  const key = 'k'.repeat(255)
  const value = { text: 'v'.repeat(32_768 - JSON.stringify({ text: '' }).length) }
  const issueIdOrKey = 'SEC-1'

  test.each<[string, (bench: JiraBench) => Promise<unknown>]>([
    [
      'a property with the longest key and value',
      ({ client }) =>
        client.issueProperties.setIssueProperty({ issueIdOrKey, propertyKey: key, body: value }),
    ],
    [
      'a comment of 32,767 characters of JSON',
      ({ client }) => client.issueComments.addComment({ issueIdOrKey, body: documentOfLength(32_767) }),
    ],
    [
      'a remote link with the longest global id',
      ({ client }) =>
        client.issueRemoteLinks.createOrUpdateRemoteIssueLink({ issueIdOrKey, globalId: key, object }),
    ],
    [
      'a search that reconciles 50 issues',
      ({ client }) => search(client, { jql: 'project = SEC', reconcileIssues: ids(50) }),
    ],
  ])('%s is taken', async (_name, send) => {
    const bench = await startBench()
    await bench.client.issues.createIssue({ fields: taskFields() })
    await send(bench)
    expect(bench.jira.refusals).toEqual([])
  })

  const object = { url: 'https://example.com', title: 'Evidence' }

  test.each<[string, (bench: JiraBench) => Promise<unknown>, unknown]>([
    [
      'a property key of 256 characters',
      ({ client }) =>
        client.issueProperties.setIssueProperty({ issueIdOrKey, propertyKey: `${key}k`, body: {} }),
      message('The property key must have between 1 and 255 characters.'),
    ],
    [
      'a property value of 32,769 characters',
      ({ client }) =>
        client.issueProperties.setIssueProperty({
          issueIdOrKey,
          propertyKey: key,
          body: { text: `${value.text}v` },
        }),
      message('The value of the property is too long. Its length must be less than 32768 characters.'),
    ],
    [
      'a property value of 32,769 characters in the create',
      ({ client }) =>
        client.issues.createIssue({
          fields: taskFields(),
          properties: [{ key, value: { text: `${value.text}v` } }],
        }),
      message('The value of the property is too long. Its length must be less than 32768 characters.'),
    ],
    [
      'a comment of 32,768 characters of JSON',
      ({ client }) => client.issueComments.addComment({ issueIdOrKey, body: documentOfLength(32_768) }),
      fieldErrors({ comment: tooLong }),
    ],
    [
      'a comment that is no document',
      ({ raw }) =>
        raw.sendRequest({ url: '/rest/api/3/issue/SEC-1/comment', method: 'POST', body: { body: 'text' } }),
      fieldErrors({ comment: notADocument }),
    ],
    [
      'a remote link without a title',
      ({ client }) =>
        client.issueRemoteLinks.createOrUpdateRemoteIssueLink({
          issueIdOrKey,
          object: { ...object, title: '' },
        }),
      fieldErrors({ 'object.title': "'title' is required." }),
    ],
    [
      'a remote link with a global id of 256 characters',
      ({ client }) =>
        client.issueRemoteLinks.createOrUpdateRemoteIssueLink({ issueIdOrKey, globalId: `${key}k`, object }),
      fieldErrors({ globalId: 'The global id is too long. It must be at most 255 characters.' }),
    ],
    [
      'a search that reconciles 51 issues',
      ({ client }) => search(client, { jql: 'project = SEC', reconcileIssues: ids(51) }),
      message('Only 50 issues can be reconciled at once.'),
    ],
    [
      'a search for more than 5,000 issues',
      ({ client }) => search(client, { jql: 'project = SEC', maxResults: 5001 }),
      message('Invalid request payload. Refer to the REST API documentation and try again.'),
    ],
    [
      'a list of 1,001 comments',
      ({ client }) => client.issueComments.getCommentsByIds({ ids: ids(1001) }),
      message('Invalid request payload. Refer to the REST API documentation and try again.'),
    ],
    [
      'a list of comments by texts',
      ({ raw }) =>
        raw.sendRequest({ url: '/rest/api/3/comment/list', method: 'POST', body: { ids: ['10001'] } }),
      message('Invalid request payload. Refer to the REST API documentation and try again.'),
    ],
    [
      'a member of the body that the operation does not know',
      ({ raw }) =>
        raw.sendRequest({
          url: '/rest/api/3/issue',
          method: 'POST',
          body: { fields: taskFields(), label: 'x' },
        }),
      message('Invalid request payload. Refer to the REST API documentation and try again.'),
    ],
    [
      'an assignment without an account id',
      ({ client }) => client.issues.assignIssue({ issueIdOrKey }),
      fieldErrors({ assignee: "'accountId' is required." }),
    ],
    [
      'a transition without its id',
      ({ client }) => client.issues.doTransition({ issueIdOrKey }),
      message("Missing 'transition' identifier"),
    ],
    [
      'a link of an issue with itself',
      ({ client }) =>
        client.issueLinks.linkIssues({
          type: { name: 'Relates' },
          inwardIssue: { key: 'SEC-1' },
          outwardIssue: { key: 'SEC-1' },
        }),
      message('You cannot link an issue to itself.'),
    ],
  ])('%s is refused as malformed', async (_name, send, body) => {
    const bench = await startBench()
    await bench.client.issues.createIssue({ fields: taskFields() })
    await expect(refusalOf(send(bench))).resolves.toEqual({ status: 400, body })
    expect(bench.jira.refusals).toHaveLength(1)
    expect(bench.jira.issues('SEC')).toMatchObject([{ comments: [], properties: {}, remoteLinks: [] }])
  })

  test.each([
    ['JSON that is cut', '{"fields":', 'application/json', 400],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', 400],
    ['a form', 'summary=x', 'application/x-www-form-urlencoded', 415],
  ])('%s is refused as malformed', async (_name, body, contentType, status) => {
    const { jira } = await startBench()
    const authorization = `Basic ${btoa('forwarder@example.com:fake-jira-token')}`
    const answer = await fetch(`${jira.url}/rest/api/3/issue`, {
      method: 'POST',
      headers: { authorization, 'content-type': contentType },
      body,
    })
    expect(answer.status).toBe(status)
    expect(jira.refusals).toHaveLength(1)
  })
})

test('an issue takes 5,000 comments and 2,000 remote links', { timeout: 60_000 }, async () => {
  const { jira, client } = await startBench({ limits: false })
  await client.issues.createIssue({ fields: taskFields() })
  const add = () => client.issueComments.addComment({ issueIdOrKey: 'SEC-1', body: paragraph('x') })
  const link = (at: number) =>
    client.issueRemoteLinks.createOrUpdateRemoteIssueLink({
      issueIdOrKey: 'SEC-1',
      globalId: String(at),
      object: { url: 'https://example.com', title: 'Evidence' },
    })
  for (let batch = 0; batch < 50; batch += 1) {
    await Promise.all(Array.from({ length: 100 }, add))
    await Promise.all(Array.from({ length: 40 }, (_, at) => link(batch * 40 + at)))
  }
  await expect(refusalOf(add())).resolves.toMatchObject({ status: 400 })
  await expect(refusalOf(link(2000))).resolves.toMatchObject({ status: 400 })
  await expect(link(1999)).resolves.toBeDefined()
  expect(jira.issues('SEC')[0]?.comments).toHaveLength(5000)
  expect(jira.issues('SEC')[0]?.remoteLinks).toHaveLength(2000)
})

test('the older API with its wiki markup is not served', async () => {
  const { jira, client } = await startBench()
  const answer = client.issues.createIssue({ fields: taskFields({ description: 'h1. Markup' }) })
  await expect(refusalOf(answer)).resolves.toMatchObject({ status: 404 })
  expect(jira.refusals).toMatchObject([{ operation: 'POST /rest/api/2/issue' }])
})

function date(text: string) {
  return { duedate: `Error parsing date string: ${text}` }
}

function message(text: string) {
  return { errorMessages: [text], errors: {} }
}

function everyBlock() {
  return {
    type: 'doc',
    version: 1,
    content: [
      { type: 'heading', attrs: { level: 2 }, content: [text('CC6.1')] },
      line(
        text('previous ', 'strong'),
        { type: 'status', attrs: { text: 'passing', color: 'green' } },
        { type: 'hardBreak' },
        {
          type: 'text',
          text: 'ComplyWise',
          marks: [{ type: 'link', attrs: { href: 'https://example.com' } }],
        },
        { type: 'mention', attrs: { id: defaultUsers[1]?.accountId, text: '@Ada' } },
        { type: 'date', attrs: { timestamp: '1772366400000' } },
        { type: 'emoji', attrs: { shortName: ':warning:' } },
      ),
      {
        type: 'panel',
        attrs: { panelType: 'warning' },
        content: [line(text('Due in 7 days', 'em'))],
      },
      { type: 'rule' },
      { type: 'codeBlock', attrs: { language: 'json' }, content: [text('{}')] },
      {
        type: 'table',
        content: [
          {
            type: 'tableRow',
            content: [
              { type: 'tableHeader', attrs: {}, content: [line(text('Control'))] },
              { type: 'tableCell', attrs: {}, content: [line(text('CC6.1', 'code'))] },
            ],
          },
        ],
      },
      { type: 'bulletList', content: [{ type: 'listItem', content: [line(text('one'))] }] },
    ],
  }
}

function text(text: string, ...marks: readonly string[]) {
  return { type: 'text', text, ...(marks.length === 0 ? {} : { marks: marks.map((type) => ({ type })) }) }
}

function line(...content: readonly object[]) {
  return { type: 'paragraph', content }
}

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, at) => 10_001 + at)
}

function search(client: JiraBench['client'], body: object) {
  return client.issueSearch.searchAndReconsileIssuesUsingJqlPost(body)
}
