import { findDocumentProblem } from './adf.ts'
import type { JiraCall } from './call.ts'
import type { JiraComment, JiraIssue } from './model.ts'
import { JiraRefusal } from './refusal.ts'

/** The most comments that an issue takes. */
const maxComments = 5000

/** A comment of `issue` that was checked but not stored yet; throws Jira's 400. */
export function newComment(
  call: JiraCall,
  issue: Pick<JiraIssue, 'comments'>,
  body: unknown,
  properties: Readonly<Record<string, unknown>> = {},
): JiraComment {
  if (body === undefined || body === null) {
    throw new JiraRefusal(400, { comment: 'Comment body can not be empty!' }, { isMalformed: true })
  }
  const problem = findDocumentProblem(body)
  if (problem !== undefined) {
    throw new JiraRefusal(400, { comment: problem.message }, { isMalformed: true, why: problem.why })
  }
  if (issue.comments.length >= maxComments) {
    throw new JiraRefusal(400, `The issue has reached its limit of ${maxComments} comments.`)
  }
  return {
    id: call.site.nextId(),
    author: call.user?.accountId ?? '',
    createdAt: call.now,
    body,
    properties,
  }
}
