import type { JiraField, JiraIssueType, JiraProject } from './model.ts'
import { simpleWorkflow } from './workflows.ts'

/** A project's key, and whatever else is to differ from the preset. */
export type ProjectOptions = Partial<JiraProject> & { readonly key: string }

/** A field of a project with what it does not need to say left out. */
export function jiraField(field: Pick<JiraField, 'id' | 'name' | 'kind'> & Partial<JiraField>): JiraField {
  return { isRequired: false, isOnScreen: true, options: [], ...field }
}

/** A company-managed project: priority, components and due date on its screen, the resolution on the way to done. */
export function companyManagedProject(options: ProjectOptions): JiraProject {
  return {
    id: idOf(options.key),
    name: options.key,
    style: 'classic',
    issueTypes: companyIssueTypes,
    fields: companyFields,
    workflow: simpleWorkflow(),
    components: [
      { id: `${idOf(options.key)}1`, name: 'Access' },
      { id: `${idOf(options.key)}2`, name: 'Infrastructure' },
    ],
    ...options,
  }
}

/** A team-managed project: statuses and types of its own, no priority, no components, and never a resolution. */
export function teamManagedProject(options: ProjectOptions): JiraProject {
  const id = options.id ?? idOf(options.key)
  return {
    id,
    name: options.key,
    style: 'next-gen',
    issueTypes: [
      { id: `${id}1`, name: 'Task', isSubtask: false },
      { id: `${id}2`, name: 'Subtask', isSubtask: true },
    ],
    fields: companyFields.filter(({ id }) => id !== 'priority' && id !== 'components'),
    workflow: simpleWorkflow({ statusIdPrefix: id, done: { screen: [] } }),
    components: [],
    ...options,
  }
}

/**
 * One project of each kind that a client has to cope with: `SEC` company-managed, `TEAM` team-managed, `OPEN` without a
 * way to done, `SUR` with German names, `AUD` with a field that the way to done requires.
 */
export function defaultProjects(): readonly JiraProject[] {
  const rootCause = jiraField({
    id: 'customfield_10050',
    name: 'Root cause',
    kind: 'text',
    isOnScreen: false,
  })
  return [
    companyManagedProject({ key: 'SEC', name: 'Security', fields: [...companyFields, ...customFields] }),
    teamManagedProject({ key: 'TEAM', name: 'Platform team' }),
    companyManagedProject({
      key: 'OPEN',
      name: 'Never done',
      workflow: simpleWorkflow({ hasDoneTransition: false }),
    }),
    companyManagedProject({
      key: 'SUR',
      name: 'Sicherheit',
      issueTypes: [{ id: '10101', name: 'Aufgabe', isSubtask: false }],
      workflow: simpleWorkflow({ statusIdPrefix: '2', names: ['Zu erledigen', 'In Arbeit', 'Fertig'] }),
    }),
    companyManagedProject({
      key: 'AUD',
      name: 'Audit',
      fields: [...companyFields, rootCause],
      workflow: simpleWorkflow({
        statusIdPrefix: '3',
        done: { screen: ['resolution', rootCause.id], required: [rootCause.id] },
      }),
    }),
  ]
}

const companyIssueTypes: readonly JiraIssueType[] = [
  { id: '10000', name: 'Epic', isSubtask: false },
  { id: '10001', name: 'Task', isSubtask: false },
  { id: '10002', name: 'Bug', isSubtask: false },
  { id: '10003', name: 'Sub-task', isSubtask: true },
]

const companyFields: readonly JiraField[] = [
  jiraField({ id: 'summary', name: 'Summary', kind: 'summary', isRequired: true }),
  jiraField({ id: 'description', name: 'Description', kind: 'document' }),
  jiraField({ id: 'labels', name: 'Labels', kind: 'labels' }),
  jiraField({ id: 'priority', name: 'Priority', kind: 'priority' }),
  jiraField({ id: 'assignee', name: 'Assignee', kind: 'user' }),
  jiraField({ id: 'reporter', name: 'Reporter', kind: 'user' }),
  jiraField({ id: 'duedate', name: 'Due date', kind: 'date' }),
  jiraField({ id: 'components', name: 'Components', kind: 'components' }),
  jiraField({ id: 'parent', name: 'Parent', kind: 'parent' }),
]

const customFields: readonly JiraField[] = [
  jiraField({ id: 'customfield_10010', name: 'Control', kind: 'text' }),
  jiraField({
    id: 'customfield_10011',
    name: 'Framework',
    kind: 'option',
    options: [
      { id: '10100', value: 'SOC 2' },
      { id: '10101', value: 'ISO 27001' },
    ],
  }),
  jiraField({
    id: 'customfield_10012',
    name: 'Affected systems',
    kind: 'options',
    options: [
      { id: '10200', value: 'Production' },
      { id: '10201', value: 'Staging' },
    ],
  }),
  jiraField({ id: 'customfield_10013', name: 'Score', kind: 'number' }),
  jiraField({ id: 'customfield_10014', name: 'Detected', kind: 'datetime' }),
  jiraField({ id: 'customfield_10015', name: 'Remediation', kind: 'document' }),
  jiraField({ id: 'customfield_10016', name: 'Control owner', kind: 'user' }),
]

// The same key has the same id in every run.
function idOf(key: string): string {
  const hash = Buffer.from(key).reduce((hash, byte) => (hash * 31 + byte) % 90_000, 7)
  return String(10_000 + hash)
}
