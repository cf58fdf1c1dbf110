import type { Finding } from '@complywise/forwarder'
import type { CheckApi } from '../client/check-api.ts'
import type { JiraApi } from '../client/jira-api.ts'
import type { JiraTarget } from '../target.ts'
import { checkFields } from './check-fields.ts'
import { checkIssues } from './check-issues.ts'
import { checkPeople } from './check-people.ts'
import { checkTransitions } from './check-transitions.ts'
import { failed, looked, ok, warning } from './finding.ts'

/** What a check looks with. */
export interface Checking {
  readonly api: JiraApi
  readonly checkApi: CheckApi
  readonly signal: AbortSignal
}

/** One target on its way through the check. */
export interface CheckedTarget {
  readonly name: string
  readonly target: JiraTarget
}

/** Looks whether Jira would take what is configured, without writing anything. Never throws. */
export async function checkJira(
  checking: Checking,
  targets: Readonly<Record<string, JiraTarget>>,
): Promise<readonly Finding[]> {
  const { checkApi, signal } = checking
  const account = await looked('The account', async () => {
    const { displayName, accountId } = await checkApi.currentUser(signal)
    return [ok('jira_account', `Signed in as ${displayName || accountId}`)]
  })
  // Whatever else was looked at would fail for the same reason.
  if (account.some(({ status }) => status === 'failed')) return account
  const findings: Finding[] = [...account]
  for (const [name, target] of Object.entries(targets)) {
    findings.push(...(await looked(`Target "${name}"`, () => checkTarget(checking, { name, target }))))
  }
  return findings
}

async function checkTarget(checking: Checking, checked: CheckedTarget): Promise<readonly Finding[]> {
  const { checkApi, signal } = checking
  const { name, target } = checked
  const project = await checkApi.project(target.project, signal)
  if (project === undefined) {
    return [
      failed(
        'jira_project_not_found',
        `Target "${name}": there is no project ${target.project}, or the account may not see it`,
        `Correct \`targets.${name}.project\`, or give the account the permission Browse Projects there.`,
      ),
    ]
  }
  const missing = await missingPermissions(checking, project.key, name)
  const found = [ok('jira_project', `Target "${name}": project ${project.key} (${project.name})`), ...missing]
  // Without it Jira tells nothing about types and fields either.
  if (missing.some(({ code, status }) => code === 'jira_permission_create' && status === 'failed'))
    return found
  const types = await checkApi.issueTypes(project.key, signal)
  const type = types.find(({ id, name }) => id === target.issueType || name === target.issueType)
  if (type === undefined) {
    const names = types.map(({ name }) => name).join(', ')
    return [
      ...found,
      failed(
        'jira_issue_type_not_found',
        `Target "${name}": project ${project.key} has no issue type ${target.issueType}; it has ${names}`,
        `Set \`targets.${name}.issue_type\` to one of them.`,
      ),
    ]
  }
  return [
    ...found,
    ok('jira_issue_type', `Target "${name}": issue type ${type.name}`),
    ...(await looked(`Target "${name}"`, () => checkFields(checking, checked, type.id))),
    ...(await looked(`Target "${name}"`, () => checkPeople(checking, checked))),
    ...(await looked(`Target "${name}"`, () => checkIssues(checking, checked))),
    ...(await looked(`Target "${name}"`, () => checkTransitions(checking, checked))),
  ]
}

const permissions = [
  { key: 'CREATE_ISSUES', code: 'jira_permission_create', name: 'Create Issues', isNeeded: true },
  { key: 'ADD_COMMENTS', code: 'jira_permission_comment', name: 'Add Comments', isNeeded: true },
  { key: 'TRANSITION_ISSUES', code: 'jira_permission_transition', name: 'Transition Issues', isNeeded: true },
  { key: 'EDIT_ISSUES', code: 'jira_permission_edit', name: 'Edit Issues', isNeeded: true },
  { key: 'LINK_ISSUES', code: 'jira_permission_link', name: 'Link Issues', isNeeded: false },
  { key: 'ASSIGN_ISSUES', code: 'jira_permission_assign', name: 'Assign Issues', isNeeded: false },
  { key: 'SCHEDULE_ISSUES', code: 'jira_permission_schedule', name: 'Schedule Issues', isNeeded: false },
] as const

async function missingPermissions(
  { checkApi, signal }: Checking,
  project: string,
  target: string,
): Promise<readonly Finding[]> {
  const held = await checkApi.permissions(
    project,
    permissions.map(({ key }) => key),
    signal,
  )
  const missing = permissions.filter(({ key }) => !held.has(key))
  if (missing.length === 0) return [ok('jira_permissions', `Target "${target}": every permission is there`)]
  return missing.map(({ code, name, isNeeded }) =>
    (isNeeded ? failed : warning)(
      code,
      `Target "${target}": the account has no permission ${name} in ${project}`,
      `Grant ${name} in the permission scheme of ${project}, or a role with it.`,
    ),
  )
}
