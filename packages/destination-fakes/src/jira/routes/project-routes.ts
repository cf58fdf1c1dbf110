import type { FakeReply } from '../../http/fake-service.ts'
import { listOf, ok, pageOf, param, type JiraCall, type JiraRoute } from '../call.ts'
import { representFieldMeta } from '../field-meta.ts'
import type { JiraProject } from '../model.ts'
import { JiraRefusal } from '../refusal.ts'
import {
  representChoice,
  representIssueType,
  representProject,
  representStatus,
  representUser,
} from '../represent.ts'

const createMeta = '/rest/api/3/issue/createmeta/{project}/issuetypes'

/** Projects, what their issues are made of, and who can be given them. */
export const projectRoutes: readonly JiraRoute[] = [
  {
    operation: 'searchProjects',
    method: 'GET',
    path: '/rest/api/3/project/search',
    isPublic: true,
    handle: searchProjects,
  },
  {
    operation: 'getProject',
    method: 'GET',
    path: '/rest/api/3/project/{project}',
    isPublic: true,
    handle(call) {
      const project = projectOf(call, param(call, 'project'))
      return ok({
        ...representProject(call.site, project),
        assigneeType: 'UNASSIGNED',
        components: project.components.map((component) => representChoice(call.site, 'component', component)),
        issueTypes: project.issueTypes.map((type) => representIssueType(call.site, type)),
      })
    },
  },
  {
    operation: 'getAllStatuses',
    method: 'GET',
    path: '/rest/api/3/project/{project}/statuses',
    isPublic: true,
    handle(call) {
      const { issueTypes, workflow } = projectOf(call, param(call, 'project'))
      const statuses = workflow.statuses.map((status) => representStatus(call.site, status))
      return ok(issueTypes.map((type) => ({ ...representIssueType(call.site, type), statuses })))
    },
  },
  {
    operation: 'getCreateIssueMetaIssueTypes',
    method: 'GET',
    path: createMeta,
    handle(call) {
      const { items, ...page } = pageOf(call.query, creatable(call).issueTypes)
      return ok({ ...page, issueTypes: items.map((type) => representIssueType(call.site, type)) })
    },
  },
  {
    operation: 'getCreateIssueMetaIssueTypeId',
    method: 'GET',
    path: `${createMeta}/{issueType}`,
    handle: getCreateFields,
  },
  {
    operation: 'findAssignableUsers',
    method: 'GET',
    path: '/rest/api/3/user/assignable/search',
    handle: findAssignableUsers,
  },
]

function searchProjects(call: JiraCall): FakeReply {
  const { site, user, query } = call
  const keys = listOf(query, 'keys').map((key) => key.toUpperCase())
  const text = (query.get('query') ?? '').toLowerCase()
  const visible = site.projects.filter(
    ({ key, name }) =>
      site.mayUse('BROWSE_PROJECTS', user, key) &&
      (keys.length === 0 || keys.includes(key)) &&
      `${key} ${name}`.toLowerCase().includes(text),
  )
  const { items, ...page } = pageOf(query, visible)
  return ok({
    self: `${site.url}/rest/api/3/project/search`,
    ...page,
    isLast: page.startAt + items.length >= page.total,
    values: items.map((project) => representProject(site, project)),
  })
}

function getCreateFields(call: JiraCall): FakeReply {
  const project = creatable(call)
  const type = project.issueTypes.find(({ id }) => id === param(call, 'issueType'))
  if (type === undefined)
    throw new JiraRefusal(404, `The issue type with id '${param(call, 'issueType')}' does not exist.`)
  const { site } = call
  const chosen = [
    {
      ...fixed('project', 'Project'),
      allowedValues: [representProject(site, project)],
    },
    {
      ...fixed('issuetype', 'Issue Type'),
      allowedValues: [representIssueType(site, type)],
    },
  ]
  const onScreen = project.fields.filter(({ isOnScreen }) => isOnScreen)
  const { items, ...page } = pageOf(call.query, [
    ...chosen,
    ...onScreen.map((field) =>
      representFieldMeta(
        site,
        project,
        field,
        field.isRequired || (field.kind === 'parent' && type.isSubtask),
      ),
    ),
  ])
  return ok({ ...page, fields: items })
}

function fixed(id: string, name: string): object {
  return {
    required: true,
    schema: { type: id, system: id },
    name,
    key: id,
    fieldId: id,
    hasDefaultValue: false,
    operations: ['set'],
  }
}

function findAssignableUsers(call: JiraCall): FakeReply {
  const { site, query } = call
  const named = query.get('project')
  const issue = query.get('issueKey') ?? query.get('issueId')
  if (named === null && issue === null) {
    throw new JiraRefusal(400, "Either 'project' or 'issueKey' has to be specified.", { isMalformed: true })
  }
  projectOf(call, named ?? site.findIssue(issue ?? '')?.projectKey ?? issue ?? '')
  const text = (query.get('query') ?? '').toLowerCase()
  const accountId = query.get('accountId')
  const users = site.users.filter(
    (user) =>
      user.isActive &&
      user.isAssignable &&
      (accountId === null || user.accountId === accountId) &&
      [user.displayName, user.email].some((name) => name.toLowerCase().startsWith(text)),
  )
  return ok(pageOf(query, users).items.map((user) => representUser(site, user)))
}

function projectOf(call: JiraCall, keyOrId: string): JiraProject {
  const project = call.site.findProject(keyOrId)
  if (project !== undefined && call.site.mayUse('BROWSE_PROJECTS', call.user, project.key)) return project
  throw new JiraRefusal(404, `No project could be found with key '${keyOrId}'.`)
}

function creatable(call: JiraCall): JiraProject {
  const project = projectOf(call, param(call, 'project'))
  if (call.site.mayUse('CREATE_ISSUES', call.user, project.key)) return project
  throw new JiraRefusal(403, 'You do not have permission to create issues in this project.')
}
