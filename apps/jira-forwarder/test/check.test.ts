import { companyManagedProject, jiraField } from '@complywise/destination-fakes'
import { expect, test } from 'vitest'
import { startBench } from './support/bench.ts'

const signal = new AbortController().signal

/** What is not ok, as `code: message → fix`. */
async function complaints(replica: {
  readonly destination: {
    check(
      signal: AbortSignal,
    ): Promise<readonly { readonly status: string; readonly code: string; readonly fix?: string }[]>
  }
}) {
  const findings = await replica.destination.check(signal)
  return findings
    .filter(({ status }) => status !== 'ok')
    .map(({ status, code, fix }) => ({ status, code, fix }))
}

test('a target that works, once it has an issue to look at', async () => {
  const { jira, replica } = await startBench({
    target: {
      priority: 'High',
      components: ['Access'],
      owners: { iam: 'ada@example.com' },
      due: { critical: '1d' },
    },
  })
  const one = replica()
  await one.tell('open', { key: 'cw:acme:control:soc 2:a' })
  await one.tell('open', { key: 'cw:acme:control:soc 2:b' })
  await one.tell('resolve', { key: 'cw:acme:control:soc 2:b' })
  const writes = () => jira.issues('SEC').map(({ updatedAt, comments }) => [updatedAt, comments.length])
  const before = writes()
  expect(await complaints(one)).toEqual([])
  expect(writes()).toEqual(before)
  expect(jira.refusals).toEqual([])
})

test('a fresh project is only asked to be checked again', async () => {
  const { replica } = await startBench()
  expect(await complaints(replica())).toMatchObject([
    { status: 'warning', code: 'jira_done_transition_unknown' },
    { status: 'warning', code: 'jira_open_transition_unknown' },
  ])
})

test.each([
  {
    name: 'a project that is not there',
    target: { project: 'NONE' },
    code: 'jira_project_not_found',
    fix: 'targets.sec.project',
  },
  {
    name: 'an issue type that is not there',
    target: { issue_type: 'Story' },
    code: 'jira_issue_type_not_found',
    fix: 'issue_type',
  },
  {
    name: 'a priority that is not there',
    target: { priority: { critical: 'Urgent' } },
    code: 'jira_value_not_found',
    fix: 'priority',
  },
  {
    name: 'a component that is not there',
    target: { components: ['IAM'] },
    code: 'jira_value_not_found',
    fix: 'components',
  },
  {
    name: 'a field that is not there',
    target: { fields: { customfield_1: 'x' } },
    code: 'jira_field_not_on_screen',
    fix: 'targets.sec',
  },
  {
    name: 'an owner nobody knows',
    target: { owners: { iam: 'nobody@example.com' } },
    code: 'jira_assignee_not_found',
    fix: 'owners.iam',
  },
  {
    name: 'somebody who cannot be assigned',
    target: { assignee: 'auditor@example.com' },
    code: 'jira_assignee_not_found',
    fix: 'assignee',
  },
  {
    name: 'an epic that is not there',
    target: { parent: 'SEC-99' },
    code: 'jira_parent_not_found',
    fix: 'parent',
  },
  {
    name: 'an umbrella that is not there',
    target: { umbrella: 'SEC-99' },
    code: 'jira_umbrella_not_found',
    fix: 'umbrella',
  },
])('$name is found, with what to do', async ({ target, code, fix }) => {
  const { replica } = await startBench({ target })
  const found = await complaints(replica())
  expect(found.filter((each) => each.code === code)).toMatchObject([{ fix: expect.stringContaining(fix) }])
})

test('a required field is found before the first issue needs it', async () => {
  const project = companyManagedProject({ key: 'SEC' })
  const team = jiraField({ id: 'customfield_10060', name: 'Team', kind: 'text', isRequired: true })
  const { replica } = await startBench({
    jira: { projects: [{ ...project, fields: [...project.fields, team] }] },
  })
  expect(await complaints(replica())).toContainEqual({
    status: 'failed',
    code: 'jira_field_required',
    fix: expect.stringContaining('targets.sec.fields.customfield_10060'),
  })
})

test.each([
  { project: 'OPEN', code: 'jira_done_transition_missing' },
  { project: 'AUD', code: 'jira_done_transition_field' },
])('issues of $project cannot be closed as they are: $code', async ({ project, code }) => {
  const { replica } = await startBench({ target: { project } })
  const one = replica()
  await one.tell('open')
  expect(await complaints(one)).toContainEqual({ status: 'warning', code, fix: expect.any(String) })
})

test('a transition that is configured and not there is found', async () => {
  const { replica } = await startBench({ target: { done_transition: 'Erledigt' } })
  const one = replica()
  await one.tell('open')
  expect((await complaints(one)).map(({ code }) => code)).toContain('jira_done_transition_not_found')
})

test.each([
  { permission: 'CREATE_ISSUES', status: 'failed', code: 'jira_permission_create' },
  { permission: 'ADD_COMMENTS', status: 'failed', code: 'jira_permission_comment' },
  { permission: 'TRANSITION_ISSUES', status: 'failed', code: 'jira_permission_transition' },
  { permission: 'LINK_ISSUES', status: 'warning', code: 'jira_permission_link' },
])('a missing $permission is $status', async ({ permission, status, code }) => {
  const { jira, replica } = await startBench()
  const one = replica()
  jira.deny(permission)
  expect(await complaints(one)).toContainEqual({ status, code, fix: expect.any(String) })
})

test.each(['unauthorized', 'anonymous'] as const)(
  'a token that is refused (%s) is the only finding',
  async (as) => {
    const { jira, replica } = await startBench()
    jira.revokeToken('fake-jira-token', as)
    expect(await complaints(replica())).toMatchObject([{ status: 'failed', code: 'jira_unauthorized' }])
  },
)

test('nobody there is a finding too', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await jira.close()
  expect(await complaints(one)).toMatchObject([{ status: 'failed', code: 'jira_unreachable' }])
})
