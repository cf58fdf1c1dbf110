import { expect, test } from 'vitest'
import { z } from 'zod'
import { jiraForwarder } from '../src/config.ts'
import { optionsSchema } from '../src/options.ts'
import { targetSchema } from '../src/target.ts'

const account = { host: 'https://acme.atlassian.net', email: 'bot@acme.example', token: 'token' }

test.each([
  { host: 'https://acme.atlassian.net', expected: 'https://acme.atlassian.net' },
  { host: 'acme.atlassian.net', expected: 'https://acme.atlassian.net' },
  { host: 'https://acme.atlassian.net/', expected: 'https://acme.atlassian.net' },
  { host: 'https://api.atlassian.com/ex/jira/1b2c/', expected: 'https://api.atlassian.com/ex/jira/1b2c' },
  { host: 'http://127.0.0.1:8080', expected: 'http://127.0.0.1:8080' },
])('$host is $expected', ({ host, expected }) => {
  expect(optionsSchema.parse({ ...account, host })).toMatchObject({ host: expected })
})

test.each([
  { host: 'http://acme.atlassian.net', name: 'in clear' },
  { host: 'ftp://acme.atlassian.net', name: 'of another protocol' },
  { host: 'https://user:secret@acme.atlassian.net', name: 'with credentials' },
  { host: 'https://acme.atlassian.net/?x=1', name: 'with a query' },
  { host: 'https://', name: 'without a name' },
])('an address $name is refused', ({ host }) => {
  expect(optionsSchema.safeParse({ ...account, host }).success).toBe(false)
})

test('a file without the section lacks its host and its token', () => {
  const problems = optionsSchema.safeParse(undefined).error?.issues.map(({ path }) => path.join('.'))
  expect(problems).toEqual(['host', 'token'])
})

test('a complaint about a token does not show it', () => {
  const { error } = optionsSchema.safeParse({ ...account, token: 'sec ret' })
  expect(JSON.stringify(error?.issues)).not.toContain('sec ret')
  expect(error?.issues).toHaveLength(1)
})

test('a target needs no more than its project', () => {
  expect(targetSchema.parse({ project: 'SEC' })).toMatchObject({
    issueType: 'Task',
    issuesFor: ['control', 'storm', 'integration'],
    dueMs: { integration: 3 * 86_400_000 },
    acceptanceExpiresAfterMs: 365 * 86_400_000,
  })
})

test.each([
  { target: { project: 'S C' }, path: 'project' },
  { target: { project: 'SEC" OR "1"="1' }, path: 'project' },
  { target: {}, path: 'project' },
  { target: { project: 'SEC', priority: { urgent: 'High' } }, path: 'priority' },
  { target: { project: 'SEC', due: { critical: '3 days' } }, path: 'due.critical' },
  { target: { project: 'SEC', fields: { a: '{framwork}' } }, path: 'fields.a' },
  { target: { project: 'SEC', transition_fields: { a: ['{framwork}'] } }, path: 'transition_fields.a' },
  { target: { project: 'SEC', summary: '{framwork}' }, path: 'summary' },
  { target: { project: 'SEC', parent: 'the epic' }, path: 'parent' },
  { target: { project: 'SEC', umbrella: '../x' }, path: 'umbrella' },
  { target: { project: 'SEC', issues_for: ['scans'] }, path: 'issues_for.0' },
  { target: { project: 'SEC', scan_failures: 0 }, path: 'scan_failures' },
  { target: { project: 'SEC', colour: 'red' }, path: '' },
])('$target is refused at "$path"', ({ target, path }) => {
  const { error } = targetSchema.safeParse(target)
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path])
})

test('both schemas can be published, with a description of every key', () => {
  for (const schema of [targetSchema, optionsSchema]) {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
    for (const property of Object.values(properties)) {
      expect(property).toMatchObject({ description: expect.stringMatching(/\.$/) })
    }
  }
})

test('environment variables stand for a file', () => {
  const { simple } = jiraForwarder
  expect(simple.toFile({})).toBeUndefined()
  const file = simple.toFile({
    jiraHost: 'acme.atlassian.net',
    jiraEmail: 'bot@acme.example',
    jiraToken: 'token',
    jiraProject: 'SEC',
    jiraIssueType: undefined,
  })
  expect(file).toEqual({
    jira: { host: 'acme.atlassian.net', email: 'bot@acme.example', token: 'token' },
    targets: { sec: { project: 'SEC' } },
  })
})
