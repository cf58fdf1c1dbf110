import { z } from 'zod'
import type { FakeReply } from '../../http/fake-service.ts'
import { bodyOf, issueFor, issueOf, listOf, ok, updateIssue, type JiraCall, type JiraRoute } from '../call.ts'
import { newComment } from '../comments.ts'
import {
  editFields,
  fieldContext,
  FieldErrors,
  fieldsSchema,
  updateSchema,
  type FieldChanges,
} from '../edit-fields.ts'
import { parseProperties, propertyListSchema } from '../entity-properties.ts'
import type { JiraComment, JiraIssue, JiraIssueType, JiraProject } from '../model.ts'
import { JiraRefusal } from '../refusal.ts'
import { representIssue } from '../represent-issue.ts'
import { defaultPriorityId } from '../site-defaults.ts'

/** Creating, reading, changing, assigning and deleting an issue. */
export const issueRoutes: readonly JiraRoute[] = [
  {
    operation: 'createIssue',
    method: 'POST',
    path: '/rest/api/3/issue',
    isPublic: true,
    handle: createIssue,
  },
  {
    operation: 'getIssue',
    method: 'GET',
    path: '/rest/api/3/issue/{issue}',
    isPublic: true,
    handle(call) {
      const fields = listOf(call.query, 'fields')
      const properties = listOf(call.query, 'properties')
      return ok(
        representIssue(call.site, issueOf(call), {
          fields: fields.length === 0 ? ['*all'] : fields,
          properties,
        }),
      )
    },
  },
  {
    operation: 'editIssue',
    method: 'PUT',
    path: '/rest/api/3/issue/{issue}',
    writesIssue: true,
    handle: editIssue,
  },
  {
    operation: 'assignIssue',
    method: 'PUT',
    path: '/rest/api/3/issue/{issue}/assignee',
    writesIssue: true,
    handle: assignIssue,
  },
  {
    operation: 'deleteIssue',
    method: 'DELETE',
    path: '/rest/api/3/issue/{issue}',
    writesIssue: true,
    handle(call) {
      const issue = issueFor(call, 'DELETE_ISSUES', 'delete issues')
      const subtasks = call.site.subtasksOf(issue)
      if (subtasks.length > 0 && call.query.get('deleteSubtasks') !== 'true') {
        throw new JiraRefusal(
          400,
          `The issue '${issue.key}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`,
        )
      }
      for (const gone of [...subtasks, issue]) call.site.remove(gone, call.now)
      return { status: 204 }
    },
  },
]

const changesSchema = z.strictObject({
  fields: fieldsSchema,
  update: updateSchema,
  properties: propertyListSchema,
  historyMetadata: z.unknown().optional(),
})

function createIssue(call: JiraCall): FakeReply {
  const body = bodyOf(call, changesSchema)
  const { project: _project, issuetype: _type, ...fields } = body.fields ?? {}
  const project = projectFor(call, body.fields?.['project'])
  const type = issueTypeOf(project, body.fields?.['issuetype'])
  const allowed = project.fields.filter(({ isOnScreen }) => isOnScreen)
  const errors = new FieldErrors()
  const { comment, ...update } = body.update ?? {}
  const current = initialValues(call, project)
  const values = editFields({ fields, update, allowed, current }, fieldContext(call, project), errors)
  for (const field of project.fields.filter(({ isRequired }) => isRequired)) {
    if (isEmpty(values[field.id])) errors.addParsed(field.id, requiredProblem(field.id, field.name))
  }
  if (type.isSubtask && isEmpty(values['parent']))
    errors.add('parent', 'Issue type is a sub-task but parent issue key or id not specified.')
  errors.throwIfAny()
  const properties = parseProperties(body.properties)
  const comments = newComments(call, { comments: [] }, comment)
  // Nothing may be refused any more: keys are given out only to issues that come to be.
  const issue: JiraIssue = {
    id: call.site.nextId(),
    key: call.site.nextKey(project),
    projectKey: project.key,
    typeId: type.id,
    statusId: project.workflow.initial,
    values,
    creator: call.user?.accountId ?? '',
    createdAt: call.now,
    updatedAt: call.now,
    resolvedAt: null,
    statusCategoryChangedAt: call.now,
    properties,
    comments,
    statusChanges: [],
    remoteLinks: [],
  }
  call.site.put(issue, call.now)
  return ok({ id: issue.id, key: issue.key, self: `${call.site.url}/rest/api/3/issue/${issue.id}` }, 201)
}

function editIssue(call: JiraCall): FakeReply {
  const issue = issueFor(call, 'EDIT_ISSUES', 'edit issues')
  const body = bodyOf(call, changesSchema)
  const project = call.site.projectOf(issue)
  const { comment, ...update } = body.update ?? {}
  const changes: FieldChanges = {
    fields: body.fields,
    update,
    allowed: project.fields.filter(({ isOnScreen }) => isOnScreen),
    current: issue.values,
  }
  const errors = new FieldErrors()
  const values = editFields(changes, fieldContext(call, project), errors)
  for (const field of project.fields.filter(({ isRequired }) => isRequired)) {
    if (isEmpty(values[field.id])) errors.addParsed(field.id, requiredProblem(field.id, field.name))
  }
  errors.throwIfAny()
  const properties = { ...issue.properties, ...parseProperties(body.properties) }
  const comments = [...issue.comments, ...newComments(call, issue, comment)]
  updateIssue(call, issue, { values, properties, comments })
  return { status: 204 }
}

/** The comments of the `comment` operations in an `update`. */
export function newComments(
  call: JiraCall,
  issue: Pick<JiraIssue, 'comments'>,
  operations: NonNullable<z.infer<typeof updateSchema>>[string] | undefined,
): readonly JiraComment[] {
  return (operations ?? []).map((operation) => {
    const added = z.object({ add: z.object({ body: z.unknown() }) }).safeParse(operation)
    if (!added.success) throw new JiraRefusal(400, { comment: 'INVALID_INPUT' }, { isMalformed: true })
    return newComment(call, issue, added.data.add.body)
  })
}

const assigneeSchema = z.looseObject({ accountId: z.string().nullish() })

function assignIssue(call: JiraCall): FakeReply {
  const issue = issueFor(call, 'ASSIGN_ISSUES', 'assign issues')
  const { accountId } = bodyOf(call, assigneeSchema)
  if (accountId === undefined) {
    throw new JiraRefusal(400, { assignee: "'accountId' is required." }, { isMalformed: true })
  }
  // `-1` asks for the project's default, which is nobody.
  const fields = { assignee: accountId === null || accountId === '-1' ? null : { accountId } }
  const errors = new FieldErrors()
  const project = call.site.projectOf(issue)
  const changes = { fields, update: undefined, allowed: project.fields, current: issue.values }
  const values = editFields(changes, fieldContext(call, project), errors)
  errors.throwIfAny()
  updateIssue(call, issue, { values })
  return { status: 204 }
}

function projectFor(call: JiraCall, raw: unknown): JiraProject {
  const reference = z.object({ key: z.string().optional(), id: z.string().optional() }).safeParse(raw)
  const { id, key } = reference.success ? reference.data : {}
  const project = call.site.findProject(id ?? key ?? '')
  if (call.user === undefined) {
    throw new JiraRefusal(400, {
      project:
        'Anonymous users do not have permission to create issues in this project. Please try logging in first.',
    })
  }
  if (project === undefined || !call.site.mayUse('BROWSE_PROJECTS', call.user, project.key)) {
    throw new JiraRefusal(400, { project: 'valid project is required' }, { isMalformed: raw === undefined })
  }
  if (call.site.mayUse('CREATE_ISSUES', call.user, project.key)) return project
  throw new JiraRefusal(403, 'You do not have permission to create issues in this project.')
}

function issueTypeOf(project: JiraProject, raw: unknown): JiraIssueType {
  const reference = z.object({ id: z.string().optional(), name: z.string().optional() }).safeParse(raw)
  const { id, name } = reference.success ? reference.data : {}
  if (id === undefined && name === undefined)
    throw new JiraRefusal(400, { issuetype: 'Specify an issue type' }, { isMalformed: true })
  const type = project.issueTypes.find((type) => (id === undefined ? type.name === name : type.id === id))
  if (type !== undefined) return type
  throw new JiraRefusal(400, { issuetype: 'Specify a valid issue type' })
}

function initialValues(call: JiraCall, project: JiraProject): Readonly<Record<string, unknown>> {
  const defaults: Readonly<Record<string, unknown>> = {
    priority: defaultPriorityId,
    reporter: call.user?.accountId,
    labels: [],
  }
  const known = project.fields.filter(({ id }) => id in defaults)
  return Object.fromEntries(known.map(({ id }) => [id, defaults[id]]))
}

function requiredProblem(id: string, name: string) {
  const isSummary = id === 'summary'
  const message = isSummary ? 'You must specify a summary of the issue.' : `${name} is required.`
  return { ok: false as const, message, isMalformed: isSummary }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}
