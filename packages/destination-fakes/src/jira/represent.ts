import type { JiraField, JiraIssue, JiraIssueType, JiraProject, JiraStatus, JiraUser } from './model.ts'
import type { JiraSite } from './site.ts'

/** An instant as Jira writes it. */
export function jiraTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000')
}

const categories = {
  new: { id: 2, colorName: 'blue-gray', name: 'To Do' },
  indeterminate: { id: 4, colorName: 'yellow', name: 'In Progress' },
  done: { id: 3, colorName: 'green', name: 'Done' },
}

export function representStatus(site: JiraSite, status: JiraStatus): object {
  const category = categories[status.category]
  return {
    self: `${site.url}/rest/api/3/status/${status.id}`,
    description: '',
    iconUrl: `${site.url}/`,
    name: status.name,
    id: status.id,
    statusCategory: {
      self: `${site.url}/rest/api/3/statuscategory/${category.id}`,
      id: category.id,
      key: status.category,
      colorName: category.colorName,
      name: category.name,
    },
  }
}

export function representUser(site: JiraSite, user: JiraUser): object {
  return {
    self: `${site.url}/rest/api/3/user?accountId=${encodeURIComponent(user.accountId)}`,
    accountId: user.accountId,
    accountType: 'atlassian',
    emailAddress: user.email,
    displayName: user.displayName,
    active: user.isActive,
    timeZone: 'Etc/UTC',
  }
}

export function representIssueType(site: JiraSite, type: JiraIssueType): object {
  return {
    self: `${site.url}/rest/api/3/issuetype/${type.id}`,
    id: type.id,
    description: '',
    iconUrl: `${site.url}/images/icons/issuetypes/${type.id}.svg`,
    name: type.name,
    subtask: type.isSubtask,
    hierarchyLevel: type.isSubtask ? -1 : type.name === 'Epic' ? 1 : 0,
  }
}

/** A project without its issue types and components. */
export function representProject(site: JiraSite, project: JiraProject): object {
  return {
    self: `${site.url}/rest/api/3/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: 'software',
    simplified: project.style === 'next-gen',
    style: project.style,
    isPrivate: false,
  }
}

/** A priority, resolution or component; `kind` is its part of the address. */
export function representChoice(
  site: JiraSite,
  kind: 'priority' | 'resolution' | 'component',
  choice: { readonly id: string; readonly name: string },
): object {
  return { self: `${site.url}/rest/api/3/${kind}/${choice.id}`, id: choice.id, name: choice.name }
}

/** Another issue as links, parents and subtasks show it. */
export function representReference(site: JiraSite, issue: JiraIssue): object {
  const fields = representFields(site, issue)
  return {
    id: issue.id,
    key: issue.key,
    self: `${site.url}/rest/api/3/issue/${issue.id}`,
    fields: { summary: fields['summary'], status: fields['status'], issuetype: fields['issuetype'] },
  }
}

/** Every field of the issue that needs no other issue to be shown, by id. */
export function representFields(site: JiraSite, issue: JiraIssue): Readonly<Record<string, unknown>> {
  const project = site.projectOf(issue)
  const type = project.issueTypes.find(({ id }) => id === issue.typeId)
  const creator = site.users.find(({ accountId }) => accountId === issue.creator)
  const own = project.fields
    .filter(({ kind }) => kind !== 'parent')
    .map((field) => [field.id, representValue(site, project, field, issue.values[field.id])])
  const resolution = site.resolutions.find(({ id }) => id === issue.values['resolution'])
  return {
    ...Object.fromEntries(own),
    project: representProject(site, project),
    issuetype: type === undefined ? null : representIssueType(site, type),
    status: representStatus(site, site.statusOf(issue)),
    resolution: resolution === undefined ? null : representChoice(site, 'resolution', resolution),
    resolutiondate: issue.resolvedAt === null ? null : jiraTime(issue.resolvedAt),
    statuscategorychangedate: jiraTime(issue.statusCategoryChangedAt),
    creator: creator === undefined ? null : representUser(site, creator),
    created: jiraTime(issue.createdAt),
    updated: jiraTime(issue.updatedAt),
  }
}

function representValue(site: JiraSite, project: JiraProject, field: JiraField, value: unknown): unknown {
  switch (field.kind) {
    case 'labels':
      return value ?? []
    case 'user': {
      const user = site.users.find(({ accountId }) => accountId === value)
      return user === undefined ? null : representUser(site, user)
    }
    case 'priority': {
      const priority = site.priorities.find(({ id }) => id === value)
      return priority === undefined ? null : representChoice(site, 'priority', priority)
    }
    case 'components':
      return project.components
        .filter(({ id }) => Array.isArray(value) && value.includes(id))
        .map((component) => representChoice(site, 'component', component))
    case 'option':
      return representOption(site, field, value)
    case 'options':
      return Array.isArray(value) && value.length > 0
        ? value.map((id) => representOption(site, field, id))
        : null
    default:
      return value ?? null
  }
}

function representOption(site: JiraSite, field: JiraField, value: unknown): object | null {
  const option = field.options.find(({ id }) => id === value)
  if (option === undefined) return null
  return { self: `${site.url}/rest/api/3/customFieldOption/${option.id}`, ...option }
}
