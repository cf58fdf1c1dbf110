import type { z } from 'zod'
import type { FakeReply } from '../http/fake-service.ts'
import type { JiraIssue, JiraUser } from './model.ts'
import { JiraRefusal } from './refusal.ts'
import type { JiraSite } from './site.ts'

/** A request that was routed and authenticated. */
export interface JiraCall {
  readonly site: JiraSite
  /** Who calls; `undefined` for nobody that Jira knows. */
  readonly user: JiraUser | undefined
  /** The variable parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The body parsed as JSON; `undefined` without a body. */
  readonly body: unknown
  readonly now: number
}

/** One operation of the REST API. */
export interface JiraRoute {
  /** As jira.js calls it, where its name is a word: the search is `searchIssues`. */
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With variable parts in braces; `{issue}` takes a key or an id. */
  readonly path: string
  /** Whether it answers those who are not logged in too. */
  readonly isPublic?: boolean
  /** Whether it counts against the limit of writes to its issue. */
  readonly writesIssue?: boolean
  handle(call: JiraCall): FakeReply
}

/** A success with a JSON body. */
export function ok(body: unknown, status = 200): FakeReply {
  return { status, body }
}

/** A variable part of the path. */
export function param(call: JiraCall, name: string): string {
  return call.params[name] ?? ''
}

/** A parameter of the query that may be repeated or separated by commas. */
export function listOf(query: URLSearchParams, name: string): readonly string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

/** `startAt` and `maxResults` of the query, applied. */
export function pageOf<T>(
  query: URLSearchParams,
  items: readonly T[],
  defaultSize = 50,
): {
  readonly startAt: number
  readonly maxResults: number
  readonly total: number
  readonly items: readonly T[]
} {
  const startAt = wholeNumber(query, 'startAt', 0)
  const maxResults = Math.min(wholeNumber(query, 'maxResults', defaultSize), 5000)
  return { startAt, maxResults, total: items.length, items: items.slice(startAt, startAt + maxResults) }
}

/** The body in the shape that the operation documents; anything else is refused. */
export function bodyOf<T>(call: JiraCall, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(call.body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new JiraRefusal(400, 'Invalid request payload. Refer to the REST API documentation and try again.', {
    isMalformed: true,
    why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}`,
  })
}

/** Who calls; throws the 401 of operations that need somebody. */
export function userOf(call: JiraCall): JiraUser {
  if (call.user !== undefined) return call.user
  throw new JiraRefusal(401, 'Client must be authenticated to access this resource.')
}

/** The issue that the path names; Jira does not tell whether one is hidden or missing. */
export function issueOf(call: JiraCall): JiraIssue {
  const issue = call.site.findIssue(param(call, 'issue'))
  if (issue !== undefined && call.site.mayUse('BROWSE_PROJECTS', call.user, issue.projectKey)) return issue
  throw new JiraRefusal(404, 'Issue does not exist or you do not have permission to see it.')
}

/** {@link issueOf}, with a permission that is needed beyond seeing it. */
export function issueFor(call: JiraCall, permission: string, action: string): JiraIssue {
  const issue = issueOf(call)
  if (call.site.mayUse(permission, call.user, issue.projectKey)) return issue
  throw new JiraRefusal(403, `You do not have permission to ${action} in this project.`)
}

/** Stores what changed of an issue. */
export function updateIssue(call: JiraCall, issue: JiraIssue, changes: Partial<JiraIssue>): void {
  call.site.put({ ...issue, ...changes, updatedAt: call.now }, call.now)
}

function wholeNumber(query: URLSearchParams, name: string, fallback: number): number {
  const given = query.get(name)
  if (given === null) return fallback
  if (/^\d+$/.test(given)) return Number(given)
  throw new JiraRefusal(400, `The value '${given}' of '${name}' is not a whole number.`, {
    isMalformed: true,
  })
}
