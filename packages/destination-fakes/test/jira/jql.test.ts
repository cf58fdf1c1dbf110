import type { createCloudClient } from 'jira.js/cloud'
import { beforeAll, afterAll, expect, test } from 'vitest'
import { defaultUsers, type FakeJira, startFakeJira } from '../../src/index.ts'
import { connect, paragraph, refusalOf, start, startBench, taskFields } from './support/jira-bench.ts'

let jira: FakeJira
let client: ReturnType<typeof createCloudClient>
let now = start

beforeAll(async () => {
  jira = await startFakeJira({ now: () => now })
  client = connect(jira)
  const create = (fields: Record<string, unknown>) =>
    client.issues.createIssue({ fields: taskFields(fields) })
  await create({ summary: 'CC6.1 failing', labels: ['complywise', 'cw-1'], priority: { name: 'High' } })
  now += 86_400_000
  await create({ summary: 'CC7.2 failing', labels: ['complywise', 'cw-2'], duedate: '2026-03-08' })
  now += 86_400_000
  await create({ summary: 'Something else', assignee: { accountId: defaultUsers[0]?.accountId } })
  await create({
    project: { key: 'SUR' },
    issuetype: { name: 'Aufgabe' },
    labels: ['ComplyWise', 'it\'s "quoted"\\'.replaceAll(' ', '_')],
    description: paragraph('Überfällig'),
  })
  await client.issues.doTransition({
    issueIdOrKey: 'SEC-2',
    transition: { id: '31' },
    fields: { resolution: { name: 'Done' } },
  })
  await client.issues.doTransition({ issueIdOrKey: 'SUR-1', transition: { id: '21' } })
})

afterAll(() => jira.close())

test.each([
  ['project = SEC', ['SEC-3', 'SEC-2', 'SEC-1']],
  ['project = "Security" AND labels = complywise', ['SEC-2', 'SEC-1']],
  ['project = sec AND labels = "cw-1"', ['SEC-1']],
  ["labels = 'COMPLYWISE'", ['SUR-1', 'SEC-2', 'SEC-1']],
  [String.raw`labels = "it's_\"quoted\"\\"`, ['SUR-1']],
  ['labels = complywise AND labels = "cw-2"', ['SEC-2']],
  ['labels in ("cw-1", cw-2, "cw-3")', ['SEC-2', 'SEC-1']],
  ['labels = nobody-has-it', []],
  ['project = SEC AND labels != complywise', []],
  ['project = SEC AND labels not in (cw-1)', ['SEC-2']],
  ['project = SEC AND NOT labels = complywise', ['SEC-3']],
  ['project = SEC AND labels is EMPTY', ['SEC-3']],
  ['project = SEC AND labels is not null', ['SEC-2', 'SEC-1']],
  ['labels = complywise AND statusCategory != Done', ['SUR-1', 'SEC-1']],
  ['statusCategory = "In Progress"', ['SUR-1']],
  ['statusCategory in (new, indeterminate)', ['SUR-1', 'SEC-3', 'SEC-1']],
  ['status = "In Arbeit"', ['SUR-1']],
  ['status = Done', ['SEC-2']],
  ['key = SEC-2', ['SEC-2']],
  ['issuekey in (SEC-2, sec-1, 10004)', ['SUR-1', 'SEC-2', 'SEC-1']],
  ['resolution = Unresolved', ['SUR-1', 'SEC-3', 'SEC-1']],
  ['resolution = Done OR priority = High', ['SEC-2', 'SEC-1']],
  ['project = SUR OR project = SEC AND labels = cw-1', ['SUR-1', 'SEC-1']],
  ['(project = SUR OR project = SEC) AND NOT (labels = cw-1 OR labels = cw-2)', ['SUR-1', 'SEC-3']],
  ['project = SEC && !(status = Done) || key = SUR-1', ['SUR-1', 'SEC-3', 'SEC-1']],
  ['issuetype = Aufgabe', ['SUR-1']],
  ['assignee = currentUser()', ['SEC-3']],
  ['assignee is EMPTY and reporter = currentUser()', ['SUR-1', 'SEC-2', 'SEC-1']],
  ['summary ~ "failing cc9"', []],
  ['summary ~ "Failing CC7.2"', ['SEC-2']],
  ['text ~ überfällig', ['SUR-1']],
  ['created >= -1d AND project = SEC', ['SEC-3', 'SEC-2']],
  ['created < "2026-03-02"', ['SEC-1']],
  ['resolved >= "2026-03-03 12:00" and due = 2026-03-08', ['SEC-2']],
  ['project = SEC ORDER BY key ASC', ['SEC-1', 'SEC-2', 'SEC-3']],
  ['project in (SEC, SUR) ORDER BY project DESC, created', ['SUR-1', 'SEC-1', 'SEC-2', 'SEC-3']],
])('%s', async (jql, keys) => {
  const found = await client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql, fields: ['summary'] })
  expect(found.issues?.map(({ key }) => key)).toEqual(keys)
  expect(found.isLast).toBe(true)
})

const malformed = [
  ['', 'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.'],
  ['order by created', 'Unbounded JQL queries are not allowed here.'],
  ['project', 'Expecting operator but got the end of the query.'],
  [
    'project = ',
    'Expecting either a value, list or function but got the end of the query. (line 1, character 11)',
  ],
  ['project SEC', "Expecting operator but got 'SEC'."],
  ['project = SEC labels = x', "Expecting either 'OR' or 'AND' but got 'labels'. (line 1, character 15)"],
  ['project = SEC AND', 'Expecting a field name at the end of the query.'],
  ['(project = SEC', "Expecting ')' but got the end of the query."],
  ['labels in x', "Expecting '(' but got 'x'."],
  ['labels = "x', "The quoted string 'x' has not been completed."],
  ['labels = SOC 2', "Expecting either 'OR' or 'AND' but got '2'."],
  ['labels = a@b', "The character '@' is a reserved JQL character."],
  [String.raw`labels = "\x"`, 'is an illegal JQL escape sequence.'],
  ['labels = order', "'order' is a reserved JQL word."],
] as const

const unknown = [
  ['project = NOPE', "The value 'NOPE' does not exist for the field 'project'."],
  ['status = Fertiggestellt', "The value 'Fertiggestellt' does not exist for the field 'status'."],
  ['key = SEC-99', "An issue with key 'SEC-99' does not exist for field 'key'."],
  ['control = x', "Field 'control' does not exist or you do not have permission to view it."],
  [
    'issue.property[complywise].key = x',
    "Field 'issue.property[complywise].key' does not exist or you do not have permission to view it.",
  ],
  ['summary = x', "The operator '=' is not supported by the 'summary' field."],
  ['labels ~ x', "The operator '~' is not supported by the 'labels' field."],
  ['labels is x', "The operator 'IS' only supports EMPTY or NULL."],
  ['created > yesterday', "Date value 'yesterday' for field 'created' is invalid."],
  ['assignee = membersOf(x)', "Unable to find JQL function 'membersOf(x)'."],
] as const

test.each([
  ...malformed.map(([jql, text]) => [jql, text, 1] as const),
  ...unknown.map(([jql, text]) => [jql, text, 0] as const),
])('%s is refused', async (jql, text, refusals) => {
  const before = jira.refusals.length
  const answer = client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql })
  await expect(refusalOf(answer)).resolves.toEqual({
    status: 400,
    body: { errorMessages: [expect.stringContaining(text)], errors: {} },
  })
  expect(jira.refusals.length - before).toBe(refusals)
})

test('a search gives nothing but ids unless fields are asked for', async () => {
  const found = await client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql: 'key = SEC-1' })
  expect(found.issues).toEqual([{ id: '10001' }])
})

test('pages follow each other by their token, which is good for one query only', async () => {
  const first = await searchPage('project = SEC')
  const token = first.nextPageToken ?? ''
  const second = await searchPage('project = SEC', token)
  expect([...(first.issues ?? []), ...(second.issues ?? [])].map(({ id }) => id)).toEqual([
    '10003',
    '10002',
    '10001',
  ])
  expect([first.isLast, second.isLast, second.nextPageToken]).toEqual([false, true, undefined])
  await expect(refusalOf(searchPage('labels = complywise', token))).resolves.toMatchObject({ status: 400 })
})

test('the query can be sent in the address too', async () => {
  const found = await client.issueSearch.searchAndReconsileIssuesUsingJql({
    jql: 'project = SEC AND labels = "cw-1"',
    fields: ['key', 'labels'],
    reconcileIssues: [10_001],
  })
  expect(found.issues).toMatchObject([{ key: 'SEC-1', fields: { labels: ['complywise', 'cw-1'] } }])
})

test('the search that Atlassian has removed answers 410', async () => {
  const { raw } = await startBench()
  const answer = raw.sendRequest({
    url: '/rest/api/3/search',
    method: 'POST',
    body: { jql: 'project = SEC' },
  })
  await expect(refusalOf(answer)).resolves.toMatchObject({ status: 410 })
})

function searchPage(jql: string, nextPageToken?: string) {
  return client.issueSearch.searchAndReconsileIssuesUsingJqlPost({
    jql,
    maxResults: 2,
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  })
}
