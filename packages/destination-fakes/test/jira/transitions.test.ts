import { expect, test } from 'vitest'
import { companyManagedProject, simpleWorkflow } from '../../src/index.ts'
import { fieldErrors, paragraph, refusalOf, start, startBench, taskFields } from './support/jira-bench.ts'

const offScreen = "Field 'resolution' cannot be set. It is not on the appropriate screen, or unknown."

async function benchWithIssue(projectKey: string, options: Parameters<typeof startBench>[0] = {}) {
  const bench = await startBench(options)
  const issuetype = { name: projectKey === 'SUR' ? 'Aufgabe' : 'Task' }
  const { key } = await bench.client.issues.createIssue({
    fields: taskFields({ project: { key: projectKey }, issuetype }),
  })
  return { ...bench, key, issue: () => bench.jira.issues(projectKey)[0] }
}

test('a company-managed project takes the resolution on the way to done, and loses it on the way back', async () => {
  const { client, key, issue, pass } = await benchWithIssue('SEC')
  const { transitions } = await client.issues.getTransitions({
    issueIdOrKey: key,
    expand: 'transitions.fields',
  })
  const done = transitions?.find(({ to }) => to?.statusCategory?.key === 'done')
  expect(done).toMatchObject({ id: '31', name: 'Done', hasScreen: true, isGlobal: true })
  expect(done?.fields?.['resolution']).toMatchObject({
    required: false,
    allowedValues: [
      { name: 'Done' },
      { name: "Won't Do" },
      { name: 'Duplicate' },
      { name: 'Cannot Reproduce' },
    ],
  })

  pass(5000)
  await client.issues.doTransition({
    issueIdOrKey: key,
    transition: { id: '31' },
    fields: { resolution: { name: 'Done' } },
    update: { comment: [{ add: { body: paragraph('Recovered.') } }] },
  })
  expect(issue()).toMatchObject({
    status: 'Done',
    statusCategory: 'done',
    resolution: 'Done',
    resolvedAt: start + 5000,
    comments: [{ text: 'Recovered.' }],
    transitions: [{ at: start + 5000, from: 'To Do', to: 'Done', category: 'done' }],
    fields: { resolutiondate: '2026-03-01T12:00:05.000+0000' },
  })

  await client.issues.doTransition({ issueIdOrKey: key, transition: { id: '11' } })
  expect(issue()).toMatchObject({ statusCategory: 'new', resolution: null, resolvedAt: null })
})

test('without a resolution in the request the issue is done and unresolved', async () => {
  const { client, key, issue } = await benchWithIssue('SEC')
  await client.issues.doTransition({ issueIdOrKey: key, transition: { id: '31' } })
  expect(issue()).toMatchObject({ statusCategory: 'done', resolution: null, resolvedAt: null })
})

test('a team-managed project has no resolution and never a date of it', async () => {
  const { client, key, issue } = await benchWithIssue('TEAM')
  const answer = client.issues.doTransition({
    issueIdOrKey: key,
    transition: { id: '31' },
    fields: { resolution: { name: 'Done' } },
  })
  await expect(refusalOf(answer)).resolves.toEqual({
    status: 400,
    body: fieldErrors({ resolution: offScreen }),
  })
  expect(issue()).toMatchObject({ statusCategory: 'new', transitions: [] })
  await client.issues.doTransition({ issueIdOrKey: key, transition: { id: '31' } })
  expect(issue()).toMatchObject({ statusCategory: 'done', fields: { resolutiondate: null } })
})

test('a project may have no way to done', async () => {
  const { client, key } = await benchWithIssue('OPEN')
  const { transitions } = await client.issues.getTransitions({ issueIdOrKey: key })
  expect(transitions?.map(({ to }) => to?.statusCategory?.key)).toEqual(['new', 'indeterminate'])
  const answer = client.issues.doTransition({ issueIdOrKey: key, transition: { id: '31' } })
  await expect(refusalOf(answer)).resolves.toMatchObject({ status: 400 })
})

test('statuses have names in any language, and categories that do not', async () => {
  const { client, key } = await benchWithIssue('SUR')
  const { transitions } = await client.issues.getTransitions({ issueIdOrKey: key })
  expect(transitions?.map(({ name, to }) => [name, to?.statusCategory?.key])).toEqual([
    ['Zu erledigen', 'new'],
    ['In Arbeit', 'indeterminate'],
    ['Fertig', 'done'],
  ])
})

test('a field that the transition requires has to be sent with it', async () => {
  const { client, key, issue } = await benchWithIssue('AUD')
  const move = (fields: Record<string, unknown>) =>
    client.issues.doTransition({ issueIdOrKey: key, transition: { id: '31' }, fields })
  await expect(refusalOf(move({ resolution: { name: 'Done' } }))).resolves.toEqual({
    status: 400,
    body: fieldErrors({ customfield_10050: 'Root cause is required.' }),
  })
  await move({ resolution: { name: 'Done' }, customfield_10050: 'A leaver kept access.' })
  expect(issue()).toMatchObject({ statusCategory: 'done', resolution: 'Done' })
})

test('a transition may take a resolution that its metadata does not list', async () => {
  const workflow = simpleWorkflow({ done: { screen: [], unlisted: ['resolution'] } })
  const projects = [companyManagedProject({ key: 'SEC', workflow })]
  const { client, key, issue } = await benchWithIssue('SEC', { projects })
  const { transitions } = await client.issues.getTransitions({
    issueIdOrKey: key,
    expand: 'transitions.fields',
    transitionId: '31',
  })
  expect(transitions).toMatchObject([{ id: '31', fields: {} }])
  await client.issues.doTransition({
    issueIdOrKey: key,
    transition: { id: '31' },
    fields: { resolution: { name: 'Done' } },
  })
  expect(issue()).toMatchObject({ resolution: 'Done' })
})

test('a transition is offered only from the statuses it starts from', async () => {
  const workflow = simpleWorkflow({ done: { from: ['3'] } })
  const { client, key } = await benchWithIssue('SEC', {
    projects: [companyManagedProject({ key: 'SEC', workflow })],
  })
  const idsNow = async () =>
    (await client.issues.getTransitions({ issueIdOrKey: key })).transitions?.map(({ id }) => id)
  await expect(idsNow()).resolves.toEqual(['11', '21'])
  await client.issues.doTransition({ issueIdOrKey: key, transition: { id: '21' } })
  await expect(idsNow()).resolves.toEqual(['11', '21', '31'])
})

test('a transition at the same time as another one is answered 409', async () => {
  const { client, key, issue, pass } = await benchWithIssue('SEC', { transitionConflictMs: 500 })
  const move = (id: string) => client.issues.doTransition({ issueIdOrKey: key, transition: { id } })
  await move('21')
  await expect(refusalOf(move('31'))).resolves.toMatchObject({ status: 409 })
  pass(500)
  await move('31')
  expect(issue()?.transitions.map(({ to }) => to)).toEqual(['In Progress', 'Done'])
})

test('people move issues too', async () => {
  const { jira, key, issue } = await benchWithIssue('SEC')
  jira.moveByHand(key, 'Done', "Won't Do")
  expect(issue()).toMatchObject({ statusCategory: 'done', resolution: "Won't Do", resolvedAt: start })
  jira.deleteByHand(key)
  expect(issue()).toBeUndefined()
})
