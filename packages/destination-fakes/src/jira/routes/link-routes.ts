import { z } from 'zod'
import type { FakeReply } from '../../http/fake-service.ts'
import { bodyOf, issueFor, issueOf, ok, updateIssue, type JiraCall, type JiraRoute } from '../call.ts'
import { newComment } from '../comments.ts'
import type { JiraIssue, JiraRemoteLink } from '../model.ts'
import { JiraRefusal } from '../refusal.ts'

/** The most links to elsewhere that an issue takes. */
const maxRemoteLinks = 2000

const remote = '/rest/api/3/issue/{issue}/remotelink'

/** Links between issues, and from issues to elsewhere. */
export const linkRoutes: readonly JiraRoute[] = [
  {
    operation: 'getIssueLinkTypes',
    method: 'GET',
    path: '/rest/api/3/issueLinkType',
    isPublic: true,
    handle({ site }) {
      const self = `${site.url}/rest/api/3/issueLinkType`
      return ok({ issueLinkTypes: site.linkTypes.map((type) => ({ ...type, self: `${self}/${type.id}` })) })
    },
  },
  { operation: 'linkIssues', method: 'POST', path: '/rest/api/3/issueLink', handle: linkIssues },
  {
    operation: 'getRemoteIssueLinks',
    method: 'GET',
    path: remote,
    isPublic: true,
    handle(call) {
      const issue = issueOf(call)
      const globalId = call.query.get('globalId')
      if (globalId === null) return ok(issue.remoteLinks.map((link) => shown(call, issue, link)))
      const link = issue.remoteLinks.find((link) => link.globalId === globalId)
      if (link !== undefined) return ok(shown(call, issue, link))
      throw new JiraRefusal(404, `No remote issue link with the global id '${globalId}' exists.`)
    },
  },
  {
    operation: 'createOrUpdateRemoteIssueLink',
    method: 'POST',
    path: remote,
    writesIssue: true,
    handle: putRemoteLink,
  },
]

const issueReference = z.looseObject({ id: z.string().nullish(), key: z.string().nullish() })
const linkSchema = z.strictObject({
  type: z.looseObject({ id: z.string().nullish(), name: z.string().nullish() }),
  inwardIssue: issueReference,
  outwardIssue: issueReference,
  comment: z.looseObject({ body: z.unknown() }).nullish(),
})

function linkIssues(call: JiraCall): FakeReply {
  const body = bodyOf(call, linkSchema)
  const { id, name } = body.type
  const type = call.site.linkTypes.find((type) => type.id === id || (id == null && type.name === name))
  if (type === undefined) throw new JiraRefusal(404, `No issue link type with name '${name ?? id}' found.`)
  const inward = linkable(call, body.inwardIssue)
  const outward = linkable(call, body.outwardIssue)
  if (inward.id === outward.id)
    throw new JiraRefusal(400, 'You cannot link an issue to itself.', { isMalformed: true })
  const comments = body.comment == null ? [] : [newComment(call, inward, body.comment.body)]
  call.site.link({ typeId: type.id, inwardId: inward.id, outwardId: outward.id })
  for (const issue of [inward, outward]) {
    const added = issue.id === inward.id ? comments : []
    updateIssue(call, issue, { comments: [...issue.comments, ...added] })
  }
  return { status: 201 }
}

function linkable(call: JiraCall, reference: z.infer<typeof issueReference>): JiraIssue {
  const issue = reference.id ?? reference.key ?? ''
  return issueFor({ ...call, params: { issue } }, 'LINK_ISSUES', 'link issues')
}

const remoteLinkSchema = z.strictObject({
  globalId: z.string().nullish(),
  application: z.unknown().optional(),
  relationship: z.string().nullish(),
  object: z.looseObject({ url: z.string(), title: z.string() }),
})

function putRemoteLink(call: JiraCall): FakeReply {
  const issue = issueFor(call, 'LINK_ISSUES', 'link issues')
  const { globalId, application, relationship, object } = bodyOf(call, remoteLinkSchema)
  if (object.url === '' || object.title === '') {
    throw new JiraRefusal(
      400,
      object.url === '' ? { 'object.url': "'url' is required." } : { 'object.title': "'title' is required." },
      { isMalformed: true },
    )
  }
  if (globalId != null && globalId.length > 255) {
    throw new JiraRefusal(
      400,
      { globalId: 'The global id is too long. It must be at most 255 characters.' },
      {
        isMalformed: true,
      },
    )
  }
  const known = issue.remoteLinks.find((link) => globalId != null && link.globalId === globalId)
  if (known === undefined && issue.remoteLinks.length >= maxRemoteLinks) {
    throw new JiraRefusal(400, `The issue has reached its limit of ${maxRemoteLinks} remote links.`)
  }
  const link: JiraRemoteLink = {
    id: known?.id ?? Number(call.site.nextId()),
    ...(globalId == null ? {} : { globalId }),
    ...(relationship == null ? {} : { relationship }),
    ...(application === undefined ? {} : { application }),
    object,
  }
  const others = issue.remoteLinks.filter(({ id }) => id !== link.id)
  updateIssue(call, issue, { remoteLinks: [...others, link] })
  return ok({ id: link.id, self: selfOf(call, issue, link) }, known === undefined ? 201 : 200)
}

function shown(call: JiraCall, issue: JiraIssue, link: JiraRemoteLink): object {
  return { ...link, self: selfOf(call, issue, link) }
}

function selfOf(call: JiraCall, issue: JiraIssue, link: JiraRemoteLink): string {
  return `${call.site.url}/rest/api/3/issue/${issue.id}/remotelink/${link.id}`
}
