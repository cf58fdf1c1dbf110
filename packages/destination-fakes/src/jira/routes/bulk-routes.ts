import { z } from 'zod'
import { bodyOf, ok, type JiraRoute } from '../call.ts'
import { representIssue } from '../represent-issue.ts'

/** The most issues that are read at once. */
const maxFetchedIssues = 100

const bulkFetchSchema = z.strictObject({
  issueIdsOrKeys: z.array(z.string()).min(1).max(maxFetchedIssues),
  fields: z.array(z.string()).optional(),
  fieldsByKeys: z.boolean().optional(),
  properties: z.array(z.string()).max(5).optional(),
  expand: z.array(z.string()).optional(),
})

/** Reading many issues at once: as they are written, whatever the index has got to. */
export const bulkRoutes: readonly JiraRoute[] = [
  {
    operation: 'bulkFetchIssues',
    method: 'POST',
    path: '/rest/api/3/issue/bulkfetch',
    isPublic: true,
    handle(call) {
      const { site, user } = call
      const body = bodyOf(call, bulkFetchSchema)
      const issues = body.issueIdsOrKeys.flatMap((keyOrId) => {
        const issue = site.findIssue(keyOrId)
        return issue !== undefined && site.mayUse('BROWSE_PROJECTS', user, issue.projectKey) ? [issue] : []
      })
      const named = new Set(issues.flatMap(({ id, key }) => [id, key]))
      const wanted = { fields: body.fields ?? ['*navigable'], properties: body.properties ?? [] }
      return ok({
        expand: 'names,schema',
        issues: [...new Map(issues.map((issue) => [issue.id, issue])).values()].map((issue) =>
          representIssue(site, issue, wanted),
        ),
        issueErrors: body.issueIdsOrKeys
          .filter((keyOrId) => !named.has(keyOrId))
          .map((id) => ({
            id,
            errorMessage: 'Issue does not exist or you do not have permission to see it.',
          })),
      })
    },
  },
]
