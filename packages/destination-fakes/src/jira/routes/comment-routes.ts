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
import type { JiraComment } from '../model.ts'
import { JiraRefusal } from '../refusal.ts'
import { representComment } from '../represent-issue.ts'

/** Adding, reading and deleting comments. Their properties are shown only in the list by ids, as Jira documents it. */
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
      return ok({ ...page, comments: items.map((comment) => representComment(call.site, issue, comment)) })
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
      if (comment !== undefined) return ok(representComment(call.site, issue, comment))
      throw noSuchComment(call)
    },
  },
  {
    operation: 'deleteComment',
    method: 'DELETE',
    path: '/rest/api/3/issue/{issue}/comment/{comment}',
    writesIssue: true,
    handle: deleteComment,
  },
  {
    operation: 'getCommentsByIds',
    method: 'POST',
    path: '/rest/api/3/comment/list',
    isPublic: true,
    handle: listComments,
  },
]

/** The most comments that are read at once. */
const maxListedComments = 1000

const listSchema = z.strictObject({ ids: z.array(z.int()).max(maxListedComments) })

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

function deleteComment(call: JiraCall): FakeReply {
  const issue = issueOf(call)
  const comment = issue.comments.find(({ id }) => id === param(call, 'comment'))
  if (comment === undefined) throw noSuchComment(call)
  const isOwn = comment.author === call.user?.accountId
  issueFor(call, isOwn ? 'DELETE_OWN_COMMENTS' : 'DELETE_ALL_COMMENTS', 'delete comments')
  updateIssue(call, issue, { comments: issue.comments.filter(({ id }) => id !== comment.id) })
  return { status: 204 }
}

// Those that do not exist, or that the caller may not see, are left out.
function listComments(call: JiraCall): FakeReply {
  const { site, user, query } = call
  const ids = new Set(bodyOf(call, listSchema).ids.map(String))
  const withProperties = listOf(query, 'expand').includes('properties')
  const values = site.projects
    .filter(({ key }) => site.mayUse('BROWSE_PROJECTS', user, key))
    .flatMap(({ key }) => site.issuesOf(key))
    .flatMap((issue) => issue.comments.map((comment) => ({ issue, comment })))
    .filter(({ comment }) => ids.has(comment.id))
    .map(({ issue, comment }) => ({
      ...representComment(site, issue, comment),
      ...(withProperties ? { properties: propertiesOf(comment) } : {}),
    }))
  return ok({ startAt: 0, maxResults: maxListedComments, total: values.length, isLast: true, values })
}

function propertiesOf({ properties }: JiraComment): readonly object[] {
  return Object.entries(properties).map(([key, value]) => ({ key, value }))
}

function noSuchComment(call: JiraCall): JiraRefusal {
  return new JiraRefusal(404, `Can not find a comment for the id: ${param(call, 'comment')}.`)
}
