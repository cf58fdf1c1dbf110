import { z } from 'zod'
import type { FakeReply } from '../../http/fake-service.ts'
import { bodyOf, listOf, ok, type JiraCall, type JiraRoute } from '../call.ts'
import { compileJql } from '../jql/compile-jql.ts'
import type { JiraIssue } from '../model.ts'
import { JiraRefusal } from '../refusal.ts'
import { representIssue } from '../represent-issue.ts'

/** The most issues that one search reconciles with what was written. */
const maxReconciledIssues = 50

/** The search, which sees what the index has got to. */
export const searchRoutes: readonly JiraRoute[] = [
  {
    operation: 'searchIssues',
    method: 'POST',
    path: '/rest/api/3/search/jql',
    isPublic: true,
    handle: (call) => search(call, bodyOf(call, searchSchema)),
  },
  {
    operation: 'searchIssues',
    method: 'GET',
    path: '/rest/api/3/search/jql',
    isPublic: true,
    handle(call) {
      const { query } = call
      const body = {
        jql: query.get('jql') ?? undefined,
        maxResults: query.has('maxResults') ? Number(query.get('maxResults')) : undefined,
        nextPageToken: query.get('nextPageToken') ?? undefined,
        fields: listOf(query, 'fields'),
        properties: listOf(query, 'properties'),
        reconcileIssues: listOf(query, 'reconcileIssues').map(Number),
      }
      return search(call, bodyOf({ ...call, body }, searchSchema))
    },
  },
  ...(['GET', 'POST'] as const).map((method) => ({
    operation: 'searchIssues (removed)',
    method,
    path: '/rest/api/3/search',
    isPublic: true,
    handle() {
      throw new JiraRefusal(
        410,
        'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline ' +
          'is available at https://developer.atlassian.com/changelog/#CHANGE-2046',
        { isMalformed: true },
      )
    },
  })),
]

const searchSchema = z.strictObject({
  jql: z.string().optional(),
  fields: z.array(z.string()).optional(),
  properties: z.array(z.string()).max(5).optional(),
  maxResults: z.int().min(1).max(5000).optional(),
  nextPageToken: z.string().optional(),
  reconcileIssues: z.array(z.int()).optional(),
  expand: z.string().optional(),
  fieldsByKeys: z.boolean().optional(),
  failFast: z.boolean().optional(),
})

function search(call: JiraCall, body: z.infer<typeof searchSchema>): FakeReply {
  const reconciled = body.reconcileIssues ?? []
  if (reconciled.length > maxReconciledIssues) {
    throw new JiraRefusal(400, `Only ${maxReconciledIssues} issues can be reconciled at once.`, {
      isMalformed: true,
      why: `${reconciled.length} were named`,
    })
  }
  const jql = body.jql ?? ''
  const { site, user, now } = call
  const isVisible = (projectKey: string) => site.mayUse('BROWSE_PROJECTS', user, projectKey)
  const query = compileJql(jql, {
    now,
    currentUser: user?.accountId,
    projects: site.projects.filter(({ key }) => isVisible(key)),
    users: site.users,
    priorities: site.priorities,
    resolutions: site.resolutions,
    findIssueId: (keyOrId) => site.findIssue(keyOrId)?.id,
  })
  const matching = candidates(call, new Set(reconciled.map(String)))
    .filter((issue) => isVisible(issue.projectKey) && query.matches(issue))
    .toSorted((one, other) => query.compare(one, other))
  const start = readToken(body.nextPageToken, jql)
  const end = start + (body.maxResults ?? 50)
  const isLast = end >= matching.length
  return ok({
    issues: matching.slice(start, end).map((issue) => shown(call, issue, body)),
    ...(isLast ? {} : { nextPageToken: writeToken(end, jql) }),
    isLast,
  })
}

// The index lags behind, except for the issues that were named: those are taken as they are. What was deleted is gone
// from the answer even while the index still knows it.
function candidates(call: JiraCall, reconciledIds: ReadonlySet<string>): readonly JiraIssue[] {
  const { site, now } = call
  const indexed = site.index
    .visible(now)
    .filter(({ id }) => !reconciledIds.has(id) && site.findIssue(id) !== undefined)
  return [...indexed, ...[...reconciledIds].flatMap((id) => site.findIssue(id) ?? [])]
}

// Nothing but the id unless fields are asked for.
function shown(call: JiraCall, issue: JiraIssue, body: z.infer<typeof searchSchema>): object {
  const fields = body.fields ?? []
  const properties = body.properties ?? []
  const wanted = fields.filter((field) => field !== 'id' && field !== '*none')
  if (wanted.length === 0 && properties.length === 0) return { id: issue.id }
  return representIssue(call.site, issue, { fields: wanted, properties })
}

function writeToken(start: number, jql: string): string {
  return Buffer.from(JSON.stringify({ start, jql })).toString('base64url')
}

const tokenSchema = z.object({ start: z.int(), jql: z.string() })

function readToken(token: string | undefined, jql: string): number {
  if (token === undefined) return 0
  const parsed = tokenSchema.safeParse(parsedJson(Buffer.from(token, 'base64url').toString()))
  if (parsed.success && parsed.data.jql === jql) return parsed.data.start
  throw new JiraRefusal(400, 'The provided next page token is invalid.', { isMalformed: true })
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
