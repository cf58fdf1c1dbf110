import { z } from 'zod'
import type { FakeReply } from '../../http/fake-service.ts'
import {
  bodyOf,
  issueFor,
  issueOf,
  listOf,
  ok,
  pageOf,
  param,
  updateIssue,
  type JiraCall,
  type JiraRoute,
} from '../call.ts'
import { newComment } from '../comments.ts'
import { parseProperties, propertyListSchema } from '../entity-properties.ts'
import type { JiraComment, JiraIssue } from '../model.ts'
import { JiraRefusal } from '../refusal.ts'
import { representComment } from '../represent-issue.ts'

/** Adding and reading comments, with the properties that they were added with. */
export const commentRoutes: readonly JiraRoute[] = [
  {
    operation: 'addComment',
    method: 'POST',
    path: '/rest/api/3/issue/{issue}/comment',
    writesIssue: true,
    handle: addComment,
  },
  {
    operation: 'getComments',
    method: 'GET',
    path: '/rest/api/3/issue/{issue}/comment',
    isPublic: true,
    handle(call) {
      const issue = issueOf(call)
      const { items, ...page } = pageOf(call.query, ordered(issue.comments, call.query.get('orderBy')), 100)
      return ok({ ...page, comments: items.map((comment) => shown(call, issue, comment)) })
    },
  },
  {
    operation: 'getComment',
    method: 'GET',
    path: '/rest/api/3/issue/{issue}/comment/{comment}',
    isPublic: true,
    handle(call) {
      const issue = issueOf(call)
      const comment = issue.comments.find(({ id }) => id === param(call, 'comment'))
      if (comment !== undefined) return ok(shown(call, issue, comment))
      throw new JiraRefusal(404, `Can not find a comment for the id: ${param(call, 'comment')}.`)
    },
  },
]

const commentSchema = z.strictObject({
  body: z.unknown(),
  properties: propertyListSchema,
  visibility: z.unknown().optional(),
  jsdPublic: z.boolean().optional(),
})

function addComment(call: JiraCall): FakeReply {
  const issue = issueFor(call, 'ADD_COMMENTS', 'comment on issues')
  const { body, properties } = bodyOf(call, commentSchema)
  const comment = newComment(call, issue, body, parseProperties(properties))
  updateIssue(call, issue, { comments: [...issue.comments, comment] })
  return ok(representComment(call.site, issue, comment), 201)
}

function ordered(comments: readonly JiraComment[], orderBy: string | null): readonly JiraComment[] {
  if (orderBy === null || orderBy === 'created' || orderBy === '+created') return comments
  if (orderBy === '-created') return comments.toReversed()
  throw new JiraRefusal(400, `Comments can not be ordered by '${orderBy}'.`, { isMalformed: true })
}

// The properties of a comment come only when they are asked for.
function shown(call: JiraCall, issue: JiraIssue, comment: JiraComment): object {
  const properties = Object.entries(comment.properties).map(([key, value]) => ({ key, value }))
  const withProperties = listOf(call.query, 'expand').includes('properties')
  return { ...representComment(call.site, issue, comment), ...(withProperties ? { properties } : {}) }
}
