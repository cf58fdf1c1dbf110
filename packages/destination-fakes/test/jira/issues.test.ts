import { expect, test } from 'vitest'
import { companyManagedProject, defaultUsers, jiraField } from '../../src/index.ts'
import { fieldErrors, paragraph, refusalOf, start, startBench, taskFields } from './support/jira-bench.ts'

test('an issue is created with fields and properties at once, and read back as it was written', async () => {
  const { jira, client } = await startBench()
  const description = paragraph('Access reviews are overdue.')
  const created = await client.issues.createIssue({
    fields: taskFields({
      description,
      labels: ['complywise', 'soc-2'],
      priority: { name: 'High' },
      assignee: { accountId: defaultUsers[1]?.accountId },
      duedate: '2026-03-08',
      components: [{ name: 'Access' }],
      customfield_10010: 'CC6.1',
      customfield_10011: { value: 'SOC 2' },
      customfield_10012: [{ value: 'Production' }],
      customfield_10013: 94.6,
      customfield_10014: '2026-03-01T12:00:00.000Z',
      customfield_10015: paragraph('Review them.'),
      customfield_10016: { accountId: defaultUsers[2]?.accountId },
    }),
    properties: [{ key: 'complywise', value: { key: 'cw:acme:control:soc 2:cc6.1' } }],
  })

  expect(created).toEqual({ id: '10001', key: 'SEC-1', self: `${jira.url}/rest/api/3/issue/10001` })
  const read = await client.issues.getIssue({ issueIdOrKey: 'SEC-1', properties: ['complywise'] })
  expect(read.fields).toMatchObject({
    summary: 'CC6.1 failing',
    description,
    labels: ['complywise', 'soc-2'],
    priority: { name: 'High' },
    assignee: { displayName: 'Ada Lovelace' },
    reporter: { displayName: 'ComplyWise Forwarder' },
    duedate: '2026-03-08',
    components: [{ name: 'Access' }],
    status: { name: 'To Do', statusCategory: { key: 'new' } },
    resolution: null,
    resolutiondate: null,
    project: { key: 'SEC', style: 'classic' },
    created: '2026-03-01T12:00:00.000+0000',
    customfield_10010: 'CC6.1',
    customfield_10011: { id: '10100', value: 'SOC 2' },
    customfield_10012: [{ id: '10200', value: 'Production' }],
    customfield_10013: 94.6,
    customfield_10014: '2026-03-01T12:00:00.000+0000',
    customfield_10016: { displayName: 'Grace Hopper' },
  })
  expect(read.properties).toEqual({ complywise: { key: 'cw:acme:control:soc 2:cc6.1' } })
  expect(jira.issues('SEC')).toMatchObject([
    {
      key: 'SEC-1',
      description: 'Access reviews are overdue.',
      priority: 'High',
      dueDate: '2026-03-08',
      createdAt: start,
    },
  ])
  expect(jira.refusals).toEqual([])
})

test('an issue is found by its id and by its key in any case, and only with the fields asked for', async () => {
  const { client } = await startBench()
  const { id } = await client.issues.createIssue({ fields: taskFields() })
  const byId = await client.issues.getIssue({ issueIdOrKey: id, fields: ['summary', 'status'] })
  expect(byId.key).toBe('SEC-1')
  expect(Object.keys(byId.fields ?? {})).toEqual(['summary', 'status'])
  await expect(client.issues.getIssue({ issueIdOrKey: 'sec-1' })).resolves.toMatchObject({ id })
  await expect(refusalOf(client.issues.getIssue({ issueIdOrKey: 'SEC-2' }))).resolves.toEqual({
    status: 404,
    body: {
      errorMessages: ['Issue does not exist or you do not have permission to see it.'],
      errors: {},
    },
  })
})

test('an edit changes what it names and adds and removes labels', async () => {
  const { jira, client, pass } = await startBench()
  await client.issues.createIssue({ fields: taskFields({ labels: ['a', 'b'], duedate: '2026-03-08' }) })
  pass(1000)
  await client.issues.editIssue({
    issueIdOrKey: 'SEC-1',
    fields: { summary: 'CC6.1 failing again', duedate: null },
    update: {
      labels: [{ add: 'c' }, { remove: 'a' }],
      comment: [{ add: { body: paragraph('Still failing.') } }],
    },
  })
  expect(jira.issues('SEC')).toMatchObject([
    {
      summary: 'CC6.1 failing again',
      labels: ['b', 'c'],
      dueDate: null,
      comments: [{ text: 'Still failing.', at: start + 1000 }],
      updatedAt: start + 1000,
    },
  ])
})

test('an edit that is refused changes nothing', async () => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields() })
  const answer = client.issues.editIssue({
    issueIdOrKey: 'SEC-1',
    fields: { summary: 'Changed', labels: ['not one label'] },
  })
  await expect(refusalOf(answer)).resolves.toMatchObject({ status: 400 })
  expect(jira.issues('SEC')).toMatchObject([{ summary: 'CC6.1 failing', labels: [] }])
})

test('an issue is assigned, and assigned to nobody', async () => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields() })
  const ada = defaultUsers[1]?.accountId ?? ''
  await client.issues.assignIssue({ issueIdOrKey: 'SEC-1', accountId: ada })
  expect(jira.issues('SEC')).toMatchObject([{ assignee: ada }])
  await client.issues.assignIssue({ issueIdOrKey: 'SEC-1', accountId: '-1' })
  expect(jira.issues('SEC')).toMatchObject([{ assignee: null }])
})

test('what was deleted is gone with its links, and its key is not given out again', async () => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields() })
  await client.issues.createIssue({ fields: taskFields() })
  await client.issueLinks.linkIssues({
    type: { name: 'Duplicate' },
    inwardIssue: { key: 'SEC-2' },
    outwardIssue: { key: 'SEC-1' },
  })
  await client.issues.deleteIssue({ issueIdOrKey: 'SEC-2' })
  await client.issues.createIssue({ fields: taskFields() })
  expect(jira.issues('SEC')).toMatchObject([{ key: 'SEC-1', links: [] }, { key: 'SEC-3' }])
})

test('a sub-task needs its parent, and an issue with sub-tasks is not deleted without them', async () => {
  const { jira, client } = await startBench()
  await client.issues.createIssue({ fields: taskFields() })
  const orphan = client.issues.createIssue({ fields: taskFields({ issuetype: { name: 'Sub-task' } }) })
  await expect(refusalOf(orphan)).resolves.toMatchObject({ status: 400 })
  await client.issues.createIssue({
    fields: taskFields({ issuetype: { name: 'Sub-task' }, parent: { key: 'SEC-1' } }),
  })
  const parent = await client.issues.getIssue({ issueIdOrKey: 'SEC-1' })
  expect(parent.fields?.['subtasks']).toMatchObject([{ key: 'SEC-2' }])
  const deleted = refusalOf(client.issues.deleteIssue({ issueIdOrKey: 'SEC-1' }))
  await expect(deleted).resolves.toMatchObject({ status: 400 })
  await client.issues.deleteIssue({ issueIdOrKey: 'SEC-1', deleteSubtasks: 'true' })
  expect(jira.issues('SEC')).toEqual([])
})

const offScreen = (id: string) =>
  `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`

test.each<[string, Record<string, unknown>, Record<string, string>]>([
  ['a project that does not exist', { project: { key: 'NOPE' } }, { project: 'valid project is required' }],
  [
    'an issue type of another project',
    { issuetype: { name: 'Aufgabe' } },
    { issuetype: 'Specify a valid issue type' },
  ],
  [
    'a field that does not exist',
    { customfield_10999: 'x' },
    { customfield_10999: offScreen('customfield_10999') },
  ],
  [
    'the resolution, which is on no create screen',
    { resolution: { name: 'Done' } },
    { resolution: offScreen('resolution') },
  ],
  [
    'the priority where it is not on the screen',
    { project: { key: 'TEAM' }, priority: { name: 'High' } },
    { priority: offScreen('priority') },
  ],
  [
    'a priority that does not exist',
    { priority: { name: 'Urgent' } },
    { priority: 'The priority selected is invalid.' },
  ],
  [
    'a component that does not exist',
    { components: [{ name: 'Nothing' }] },
    { components: "Component name 'Nothing' is not valid" },
  ],
  [
    'an option that does not exist',
    { customfield_10011: { value: 'HIPAA' } },
    { customfield_10011: "Option value 'HIPAA' is not valid" },
  ],
  [
    'an assignee who does not exist',
    { assignee: { accountId: 'nobody' } },
    { assignee: 'Specify a valid value for assignee' },
  ],
  [
    'an assignee who has left',
    { assignee: { accountId: defaultUsers[3]?.accountId } },
    { assignee: "User 'Charles Babbage' cannot be assigned issues." },
  ],
  [
    'an assignee who may not be one',
    { assignee: { accountId: defaultUsers[4]?.accountId } },
    { assignee: "User 'Guest Auditor' cannot be assigned issues." },
  ],
  [
    'a parent that does not exist',
    { parent: { key: 'SEC-99' } },
    { parent: 'Could not find issue by id or key.' },
  ],
  [
    'two fields at once',
    { priority: { id: '99' }, customfield_1: 1 },
    { priority: 'The priority selected is invalid.', customfield_1: offScreen('customfield_1') },
  ],
])('%s is refused by its field, and that is no malformed request', async (_name, fields, errors) => {
  const { jira, client } = await startBench()
  const answer = client.issues.createIssue({ fields: taskFields(fields) })
  await expect(refusalOf(answer)).resolves.toEqual({ status: 400, body: fieldErrors(errors) })
  expect(jira.issues('SEC')).toEqual([])
  expect(jira.refusals).toEqual([])
})

test('a required field of the project is asked for', async () => {
  const project = companyManagedProject({ key: 'REQ' })
  const evidence = jiraField({ id: 'customfield_1', name: 'Evidence', kind: 'text', isRequired: true })
  const { client } = await startBench({
    projects: [{ ...project, fields: [...project.fields, evidence] }],
  })
  const answer = client.issues.createIssue({ fields: taskFields({ project: { key: 'REQ' } }) })
  await expect(refusalOf(answer)).resolves.toEqual({
    status: 400,
    body: fieldErrors({ customfield_1: 'Evidence is required.' }),
  })
})
