import { z } from 'zod'
import type { FakeReply } from '../../http/fake-service.ts'
import { bodyOf, issueOf, listOf, ok, updateIssue, type JiraCall, type JiraRoute } from '../call.ts'
import {
  editFields,
  fieldContext,
  FieldErrors,
  fieldsSchema,
  resolutionField,
  updateSchema,
} from '../edit-fields.ts'
import { parseProperties, propertyListSchema } from '../entity-properties.ts'
import { representFieldMeta } from '../field-meta.ts'
import type { JiraField, JiraIssue, JiraProject, JiraTransition } from '../model.ts'
import { JiraRefusal } from '../refusal.ts'
import { representStatus } from '../represent.ts'
import { newComments } from './issue-routes.ts'

/** How the transitions of one issue get in each other's way. */
export interface TransitionRules {
  /** A transition this soon after another one of the same issue counts as concurrent and is answered 409. */
  readonly conflictWindowMs: number
}

/** Listing and making the transitions of an issue. */
export function transitionRoutes(rules: TransitionRules): readonly JiraRoute[] {
  return [
    {
      operation: 'getTransitions',
      method: 'GET',
      path: '/rest/api/3/issue/{issue}/transitions',
      isPublic: true,
      handle: getTransitions,
    },
    {
      operation: 'doTransition',
      method: 'POST',
      path: '/rest/api/3/issue/{issue}/transitions',
      writesIssue: true,
      handle: (call) => doTransition(call, rules),
    },
  ]
}

function getTransitions(call: JiraCall): FakeReply {
  const issue = issueOf(call)
  const project = call.site.projectOf(issue)
  const withFields = listOf(call.query, 'expand').includes('transitions.fields')
  const onlyId = call.query.get('transitionId')
  const transitions = availableTransitions(call, issue)
    .filter(({ id }) => onlyId === null || id === onlyId)
    .map((transition) => ({
      id: transition.id,
      name: transition.name,
      to: representStatus(call.site, call.site.statusOf(issue, transition.to)),
      hasScreen: transition.screen.length > 0,
      isGlobal: transition.from === 'any',
      isInitial: false,
      isAvailable: true,
      isConditional: false,
      isLooped: false,
      ...(withFields ? { fields: screenMeta(call, project, transition) } : {}),
    }))
  return ok({ expand: 'transitions', transitions })
}

const transitionSchema = z.strictObject({
  transition: z.looseObject({ id: z.union([z.string(), z.number()]).optional() }).nullish(),
  fields: fieldsSchema,
  update: updateSchema,
  properties: propertyListSchema,
  historyMetadata: z.unknown().optional(),
})

function doTransition(call: JiraCall, rules: TransitionRules): FakeReply {
  const issue = issueOf(call)
  const body = bodyOf(call, transitionSchema)
  const id = body.transition?.id
  if (id === undefined) throw new JiraRefusal(400, "Missing 'transition' identifier", { isMalformed: true })
  const transition = availableTransitions(call, issue).find((transition) => transition.id === String(id))
  if (transition === undefined) {
    throw new JiraRefusal(400, `Transition id '${id}' is not valid for this issue.`)
  }
  const last = issue.statusChanges.at(-1)
  if (last !== undefined && call.now - last.at < rules.conflictWindowMs) {
    throw new JiraRefusal(409, 'The issue is being transitioned by another request. Try again.')
  }
  const project = call.site.projectOf(issue)
  const { comment, ...update } = body.update ?? {}
  const errors = new FieldErrors()
  const allowed = [...transition.screen, ...transition.unlisted].flatMap((id) => findField(project, id) ?? [])
  const given = { fields: body.fields, update, allowed, current: issue.values }
  const sent = editFields(given, fieldContext(call, project), errors)
  for (const id of transition.required) {
    const value = sent[id]
    if (value === undefined || value === null)
      errors.add(id, `${findField(project, id)?.name ?? id} is required.`)
  }
  errors.throwIfAny()
  const values = { ...sent, resolution: resolutionAfter(transition, sent) }
  updateIssue(call, issue, {
    statusId: transition.to,
    values,
    resolvedAt: resolvedAt(call, issue, values.resolution),
    statusCategoryChangedAt: hasOtherCategory(call, issue, transition.to)
      ? call.now
      : issue.statusCategoryChangedAt,
    properties: { ...issue.properties, ...parseProperties(body.properties) },
    comments: [...issue.comments, ...newComments(call, issue, comment)],
    statusChanges: [
      ...issue.statusChanges,
      {
        at: call.now,
        transitionId: transition.id,
        from: issue.statusId,
        to: transition.to,
        by: call.user?.accountId ?? '',
      },
    ],
  })
  return { status: 204 }
}

// Who may not make transitions sees none.
function availableTransitions(call: JiraCall, issue: JiraIssue): readonly JiraTransition[] {
  if (!call.site.mayUse('TRANSITION_ISSUES', call.user, issue.projectKey)) return []
  return call.site
    .projectOf(issue)
    .workflow.transitions.filter(({ from }) => from === 'any' || from.includes(issue.statusId))
}

function resolutionAfter(transition: JiraTransition, sent: Readonly<Record<string, unknown>>): unknown {
  if (transition.clearsResolution) return null
  return sent['resolution'] ?? transition.setsResolution ?? null
}

function resolvedAt(call: JiraCall, issue: JiraIssue, resolution: unknown): number | null {
  if (resolution === null) return null
  return issue.resolvedAt ?? call.now
}

function hasOtherCategory(call: JiraCall, issue: JiraIssue, statusId: string): boolean {
  return call.site.statusOf(issue).category !== call.site.statusOf(issue, statusId).category
}

function findField(project: JiraProject, id: string): JiraField | undefined {
  return id === resolutionField.id ? resolutionField : project.fields.find((field) => field.id === id)
}

function screenMeta(call: JiraCall, project: JiraProject, transition: JiraTransition): object {
  const fields = transition.screen.flatMap((id) => findField(project, id) ?? [])
  return Object.fromEntries(
    fields.map((field) => [
      field.id,
      representFieldMeta(call.site, project, field, transition.required.includes(field.id)),
    ]),
  )
}
