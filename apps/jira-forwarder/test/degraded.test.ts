import {
  companyManagedProject,
  defaultProjects,
  jiraField,
  simpleWorkflow,
} from '@complywise/destination-fakes'
import { expect, test } from 'vitest'
import { startBench } from './support/bench.ts'

const ada = '557058:f0000000-0000-4000-8000-000000000002'

test('what is configured is on the issue', async () => {
  const { jira, replica } = await startBench({
    target: {
      priority: 'High',
      components: ['Access'],
      owners: { iam: 'ada@example.com' },
      due: { warning: '7d' },
      fields: {
        customfield_10010: '{control_id} ({framework})',
        customfield_10011: { value: '{framework}' },
      },
      summary: '{framework}: {headline}',
    },
  })
  const told = await replica().tell('open', { alert: { owner: 'iam' } })
  expect(told.degraded).toEqual([])
  expect(jira.issues('SEC')).toMatchObject([
    {
      summary: expect.stringMatching(/^SOC 2: CC6\.1/),
      priority: 'High',
      assignee: ada,
      dueDate: '2026-03-08',
      fields: {
        customfield_10010: 'CC6.1 (SOC 2)',
        customfield_10011: { value: 'SOC 2' },
        components: [{ name: 'Access' }],
      },
      comments: [],
    },
  ])
})

test('the due date of the route comes first, then that of the kind, then that of the severity', async () => {
  const { jira, replica } = await startBench({
    target: { due: { control: '2d', warning: '7d', integration: '3d' } },
  })
  const one = replica()
  await one.tell('open', { key: 'cw:acme:control:soc 2:a', alert: { dueAt: '2026-03-02T09:00:00.000Z' } })
  await one.tell('open', { key: 'cw:acme:control:soc 2:b' })
  await one.tell('open', { key: 'cw:acme:integration:okta', kind: 'integration' })
  await one.tell('open', { key: 'cw:acme:storm:soc 2', kind: 'storm' })
  expect(jira.issues('SEC').map(({ dueDate }) => dueDate)).toEqual([
    '2026-03-02',
    '2026-03-03',
    '2026-03-04',
    '2026-03-08',
  ])
})

test('fields that Jira refuses are left out, exactly these, and the issue says so', async () => {
  const { jira, replica } = await startBench({
    target: {
      priority: 'Sky high',
      components: ['Access'],
      assignee: 'stranger@example.com',
      fields: {
        customfield_10010: 'kept',
        customfield_99999: 'unknown',
        customfield_10011: { value: 'PCI DSS' },
      },
    },
  })
  const told = await replica().tell('open')
  const dropped = ['assignee', 'priority', 'customfield_99999', 'customfield_10011']
  expect([...told.degraded].toSorted()).toEqual(dropped.toSorted())
  const [issue, ...others] = jira.issues('SEC')
  expect(others).toEqual([])
  expect(issue).toMatchObject({
    assignee: null,
    fields: { customfield_10010: 'kept', components: [{ name: 'Access' }] },
    properties: { complywise: { dropped: { priority: expect.any(String) } } },
  })
  expect(issue?.comments).toHaveLength(1)
  for (const name of dropped) expect(issue?.comments[0]?.text).toContain(name)
})

test('what was left out is told even if the answer to the create was lost', async () => {
  const { jira, replica } = await startBench({ target: { priority: 'Sky high' }, timeout: '200ms' })
  const one = replica()
  // The first create is refused; the answer to the second one, without the priority, is lost.
  jira.faults.inject({ kind: 'slow', ms: 0 }, { operation: 'createIssue' })
  jira.faults.inject({ kind: 'reset-after' }, { operation: 'createIssue' })
  const told = await one.tell('open')
  expect(told.degraded).toEqual(['priority'])
  expect(jira.issues('SEC')).toMatchObject([{ comments: [{ text: expect.stringContaining('priority') }] }])
})

test('a text for a field that takes documents is made one', async () => {
  const { jira, replica } = await startBench({
    target: { fields: { customfield_10015: 'Ask {control_id}’s owner' } },
  })
  const told = await replica().tell('open')
  expect(told.degraded).toEqual([])
  expect(JSON.stringify(jira.issues('SEC')[0]?.fields['customfield_10015'])).toContain('Ask CC6.1’s owner')
})

test('a required field without a value is for somebody to configure', async () => {
  const project = companyManagedProject({ key: 'SEC' })
  const team = jiraField({ id: 'customfield_10060', name: 'Team', kind: 'text', isRequired: true })
  const { jira, replica } = await startBench({
    jira: { projects: [{ ...project, fields: [...project.fields, team] }] },
  })
  const one = replica()
  await expect(one.once(one.step('open'))).rejects.toMatchObject({
    kind: 'operator',
    code: 'jira_field_required',
    fix: expect.stringContaining('targets.sec.fields'),
  })
  expect(jira.issues('SEC')).toEqual([])
})

test.each([
  { project: 'SUR', issue_type: 'Aufgabe', name: 'localized names', resolution: 'Done' },
  {
    project: 'TEAM',
    issue_type: 'Task',
    name: 'a team-managed project without resolutions',
    resolution: null,
  },
])('issues are closed and reopened in $name', async ({ project, issue_type, resolution }) => {
  const { jira, clock, replica } = await startBench({ target: { project, issue_type } })
  const one = replica()
  expect((await one.tell('open')).degraded).toEqual([])
  expect((await one.tell('resolve')).degraded).toEqual([])
  expect(jira.issues(project)).toMatchObject([{ statusCategory: 'done', resolution }])
  clock.now += 1_000
  expect((await one.tell('reopen')).degraded).toEqual([])
  expect(jira.issues(project)).toMatchObject([{ statusCategory: 'new', resolution: null }])
  clock.now += 1_000
  await one.tell('resolve')
  expect(jira.issues(project)).toMatchObject([{ statusCategory: 'done', resolution, comments: [{}, {}, {}] }])
})

test('without a way to done a recovery is a comment, and says that it is only that', async () => {
  const { jira, replica } = await startBench({ target: { project: 'OPEN' } })
  const one = replica()
  await one.tell('open')
  const told = await one.tell('resolve')
  expect(told.degraded).toEqual(['done_transition'])
  expect(jira.issues('OPEN')).toMatchObject([{ statusCategory: 'new', comments: [{}] }])
  await one.tell('reopen')
  expect(jira.issues('OPEN')).toMatchObject([{ statusCategory: 'new', comments: [{}, {}] }])
})

test('a field that the way to done requires is a comment only, until it has a value', async () => {
  const without = await startBench({ target: { project: 'AUD' } })
  const one = without.replica()
  await one.tell('open')
  expect((await one.tell('resolve')).degraded).toEqual(['transition_field:customfield_10050'])
  expect(without.jira.issues('AUD')).toMatchObject([{ statusCategory: 'new', comments: [{}] }])

  const given = await startBench({
    target: { project: 'AUD', transition_fields: { customfield_10050: '{control_id} recovered' } },
  })
  const other = given.replica()
  await other.tell('open')
  expect((await other.tell('resolve')).degraded).toEqual([])
  expect(given.jira.issues('AUD')).toMatchObject([
    { statusCategory: 'done', resolution: 'Done', fields: { customfield_10050: 'CC6.1 recovered' } },
  ])
})

test('a resolution that the screen takes but does not list is set all the same', async () => {
  const workflow = simpleWorkflow({ done: { screen: [], unlisted: ['resolution'] } })
  const { jira, replica } = await startBench({
    jira: { projects: [companyManagedProject({ key: 'SEC', workflow })] },
  })
  const one = replica()
  await one.tell('open')
  await one.tell('resolve')
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done', resolution: 'Done' }])
})

test('where nothing but an acceptance can be chosen, no resolution is set', async () => {
  const { jira, replica } = await startBench({
    jira: {
      resolutions: [
        { id: '1', name: "Won't Do" },
        { id: '2', name: 'Duplicate' },
      ],
    },
  })
  const one = replica()
  await one.tell('open')
  await one.tell('resolve')
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done', resolution: null }])
})

test('an issue that cannot be reopened is followed by a new one', async () => {
  const base = simpleWorkflow()
  const workflow = {
    ...base,
    transitions: base.transitions.map((each) => ({ ...each, from: ['10000', '3'] })),
  }
  const { jira, replica } = await startBench({
    jira: { projects: [companyManagedProject({ key: 'SEC', workflow }), ...defaultProjects().slice(1)] },
  })
  const one = replica()
  await one.tell('open')
  await one.tell('resolve')
  const told = await one.tell('reopen')
  expect(told.degraded).toEqual(['open_transition'])
  expect(jira.issues('SEC')).toMatchObject([
    { key: 'SEC-1', statusCategory: 'done' },
    { key: 'SEC-2', statusCategory: 'new', links: [{ description: 'relates to', key: 'SEC-1' }] },
  ])
})

test.each([
  {
    kind: 'scan' as const,
    facts: { kind: 'scan_failed', consecutive: 1 } as const,
    issues_for: ['scan'],
    expected: 0,
  },
  {
    kind: 'scan' as const,
    facts: { kind: 'scan_failed', consecutive: 3 } as const,
    issues_for: ['scan'],
    expected: 1,
  },
  {
    kind: 'scan' as const,
    facts: { kind: 'scan_failed', consecutive: 3 } as const,
    issues_for: ['control'],
    expected: 0,
  },
  { kind: 'score' as const, facts: undefined, issues_for: ['control'], expected: 0 },
  { kind: 'score' as const, facts: undefined, issues_for: ['score'], expected: 1 },
])(
  '$kind with issues for $issues_for and $facts: $expected',
  async ({ kind, facts, issues_for, expected }) => {
    const { jira, replica } = await startBench({ target: { issues_for } })
    await replica().tell('repeat', {
      kind,
      key: `cw:acme:${kind}`,
      ...(facts === undefined ? {} : { facts }),
    })
    expect(jira.issues('SEC')).toHaveLength(expected)
  },
)

test('a target that the configuration has no more still closes what is open there', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  const step = one.step('resolve')
  let remote = one.remotes.values().next().value
  for (const operation of one.destination.operations(step, undefined)) {
    const call = { signal: AbortSignal.timeout(5_000), remote, alert: step.alert, sharing: () => [] }
    remote = (await operation.perform(call)).remote ?? remote
  }
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done', comments: [{}] }])
  expect(
    one.destination.operations(one.step('open', { key: 'cw:acme:control:soc 2:new' }), undefined),
  ).toEqual([])
})
