import { expect, test } from 'vitest'
import { defaultUsers, startFakeJira, companyManagedProject } from '../../src/index.ts'
import { refusalOf, startBench } from './support/jira-bench.ts'

test('the create metadata of an issue type lists its screen with what may be chosen', async () => {
  const { client } = await startBench()
  const types = await client.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'SEC' })
  const task = types.issueTypes?.find(({ name }) => name === 'Task')
  const meta = await client.issues.getCreateIssueMetaIssueTypeId({
    projectIdOrKey: 'SEC',
    issueTypeId: task?.id ?? '',
  })
  const required = meta.fields?.filter(({ required }) => required).map(({ key }) => key)
  expect(required).toEqual(['project', 'issuetype', 'summary'])
  expect(meta.fields?.find(({ key }) => key === 'priority')).toMatchObject({
    name: 'Priority',
    schema: { type: 'priority', system: 'priority' },
    allowedValues: [
      { name: 'Highest' },
      { name: 'High' },
      { name: 'Medium' },
      { name: 'Low' },
      { name: 'Lowest' },
    ],
  })
  expect(meta.fields?.find(({ key }) => key === 'customfield_10011')).toMatchObject({
    name: 'Framework',
    schema: {
      type: 'option',
      custom: 'com.atlassian.jira.plugin.system.customfieldtypes:select',
      customId: 10_011,
    },
    allowedValues: [{ value: 'SOC 2' }, { value: 'ISO 27001' }],
  })
  const unknown = client.issues.getCreateIssueMetaIssueTypeId({ projectIdOrKey: 'SEC', issueTypeId: '1' })
  await expect(refusalOf(unknown)).resolves.toMatchObject({ status: 404 })
})

test('the screen of a team-managed project has neither priority nor components', async () => {
  const { client, jira } = await startBench()
  const types = await client.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'TEAM' })
  expect(types.issueTypes?.map(({ name }) => name)).toEqual(['Task', 'Subtask'])
  const meta = await client.issues.getCreateIssueMetaIssueTypeId({
    projectIdOrKey: 'TEAM',
    issueTypeId: types.issueTypes?.[0]?.id ?? '',
  })
  expect(meta.fields?.map(({ key }) => key)).toEqual([
    'project',
    'issuetype',
    'summary',
    'description',
    'labels',
    'assignee',
    'reporter',
    'duedate',
    'parent',
  ])
  expect(jira.refusals).toEqual([])
})

test('a project is read, searched for and shows its statuses', async () => {
  const { client } = await startBench()
  await expect(client.projects.getProject({ projectIdOrKey: 'TEAM' })).resolves.toMatchObject({
    key: 'TEAM',
    style: 'next-gen',
    simplified: true,
    issueTypes: [{ name: 'Task' }, { name: 'Subtask' }],
  })
  const all = await client.projects.searchProjects()
  expect(all.values.map(({ key }) => key)).toEqual(['SEC', 'TEAM', 'OPEN', 'SUR', 'AUD'])
  const found = await client.projects.searchProjects({ keys: ['SEC', 'SUR'], maxResults: 1 })
  expect(found).toMatchObject({ total: 2, isLast: false, values: [{ key: 'SEC' }] })
  const statuses = await client.projects.getAllStatuses({ projectIdOrKey: 'OPEN' })
  expect(statuses[0]?.statuses?.map(({ name }) => name)).toEqual(['To Do', 'In Progress'])
})

test('only people who can be given issues are found', async () => {
  const { client } = await startBench()
  const find = (query?: string) =>
    client.userSearch.findAssignableUsers({ project: 'SEC', ...(query === undefined ? {} : { query }) })
  const names = async (query?: string) => (await find(query)).map(({ displayName }) => displayName)
  await expect(names()).resolves.toEqual(['ComplyWise Forwarder', 'Ada Lovelace', 'Grace Hopper'])
  await expect(names('grace@')).resolves.toEqual(['Grace Hopper'])
  const byId = await client.userSearch.findAssignableUsers({
    project: 'SEC',
    accountId: defaultUsers[3]?.accountId ?? '',
  })
  expect(byId).toEqual([])
  await expect(refusalOf(client.userSearch.findAssignableUsers({}))).resolves.toMatchObject({ status: 400 })
})

test('the site tells its fields, priorities, resolutions, link types and version', async () => {
  const { client, raw } = await startBench()
  const fields = await client.issueFields.getFields()
  expect(fields.find(({ id }) => id === 'customfield_10010')).toMatchObject({ name: 'Control', custom: true })
  await expect(raw.sendRequest({ url: '/rest/api/3/priority', method: 'GET' })).resolves.toMatchObject([
    { id: '1', name: 'Highest' },
    { id: '2' },
    { id: '3' },
    { id: '4' },
    { id: '5' },
  ])
  await expect(raw.sendRequest({ url: '/rest/api/3/resolution', method: 'GET' })).resolves.toHaveLength(4)
  await expect(client.issuePriorities.searchPriorities()).resolves.toMatchObject({ total: 5, isLast: true })
  const types = await client.issueLinkTypes.getIssueLinkTypes()
  expect(types.issueLinkTypes?.map(({ name }) => name)).toEqual(['Blocks', 'Cloners', 'Duplicate', 'Relates'])
  await expect(client.serverInfo.getServerInfo()).resolves.toMatchObject({ deploymentType: 'Cloud' })
})

test('permissions have to be named, and rightly', async () => {
  const { client } = await startBench()
  await expect(refusalOf(client.permissions.getMyPermissions())).resolves.toMatchObject({ status: 400 })
  const wrong = client.permissions.getMyPermissions({ permissions: 'BROWSE_PROJECTS,FLY' })
  await expect(refusalOf(wrong)).resolves.toEqual({
    status: 400,
    body: { errorMessages: ['Unrecognized permission: FLY'], errors: {} },
  })
})

test('two projects with one key are a mistake of the test', async () => {
  const projects = [companyManagedProject({ key: 'SEC' }), companyManagedProject({ key: 'SEC', id: '1' })]
  await expect(startFakeJira({ projects })).rejects.toThrow('share a key or id')
})
