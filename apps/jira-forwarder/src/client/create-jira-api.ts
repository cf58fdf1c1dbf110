import {
  addComment,
  bulkFetchIssues,
  createIssue,
  createOrUpdateRemoteIssueLink,
  deleteComment,
  doTransition,
  editIssue,
  findAssignableUsers,
  getComments,
  getCommentsByIds,
  getCurrentUser,
  getIssue,
  getIssueLinkTypes,
  getTransitions,
  linkIssues,
  searchAndReconsileIssuesUsingJqlPost,
  setIssueProperty,
} from 'jira.js/cloud'
import type { Client } from 'jira.js/core'
import { z } from 'zod'
import {
  commentsSchema,
  createdSchema,
  issueFields,
  issueSchema,
  issuesSchema,
  linkTypesSchema,
  markedCommentsSchema,
  markKey,
  transitionsSchema,
  usersSchema,
} from './answers.ts'
import { answerOf, callJira, forEvent, orWhen } from './call-jira.ts'
import type { JiraApi } from './jira-api.ts'
import type { Transport } from './transport.ts'

/** The calls to Jira over `transport`, made by jira.js. */
export function createJiraApi(transport: Transport): JiraApi {
  return {
    createIssue: (fields, mark, signal) =>
      forEvent(
        answerOf(
          ask(
            signal,
            (client) => createIssue(client, { fields, properties: [{ key: markKey, value: mark }] }),
            createdSchema,
          ),
        ),
        { isRepeatable: false },
      ),
    readIssue: (issueIdOrKey, signal) =>
      forEvent(
        orMissing(
          ask(
            signal,
            (client) => getIssue(client, { issueIdOrKey, fields: [...issueFields], properties: [markKey] }),
            issueSchema,
          ),
          undefined,
          signal,
        ),
      ),
    async readIssues(keys, signal) {
      const { issues } = await forEvent(
        ask(
          signal,
          (client) =>
            bulkFetchIssues(client, {
              issueIdsOrKeys: [...keys],
              fields: [...issueFields],
              properties: [markKey],
            }),
          issuesSchema,
        ),
      )
      return issues
    },
    search: (jql, reconciled, signal) =>
      forEvent(
        answerOf(
          ask(
            signal,
            (client) =>
              searchAndReconsileIssuesUsingJqlPost(client, {
                jql,
                fields: [...issueFields],
                properties: [markKey],
                maxResults: 50,
                ...(reconciled.length === 0 ? {} : { reconcileIssues: reconciled.map(Number) }),
              }),
            issuesSchema.transform(({ issues }) => issues),
          ),
        ),
      ),
    editIssue: (issueIdOrKey, fields, signal) =>
      forEvent(answerOf(ask(signal, (client) => editIssue(client, { issueIdOrKey, fields }), nothing))),
    setMark: async (issueIdOrKey, mark, signal) =>
      forEvent(
        ask(
          signal,
          (client) => setIssueProperty(client, { issueIdOrKey, propertyKey: markKey, body: mark }),
          nothing,
        ),
      ),
    async transitions(issueIdOrKey, signal) {
      const { transitions } = await forEvent(
        ask(
          signal,
          (client) => getTransitions(client, { issueIdOrKey, expand: 'transitions.fields' }),
          transitionsSchema,
        ),
      )
      return transitions
    },
    transition: (issueIdOrKey, id, fields, signal) =>
      forEvent(
        orWhen(
          answerOf(
            ask(
              signal,
              (client) => doTransition(client, { issueIdOrKey, transition: { id }, fields }),
              nothing,
            ),
          ),
          [409],
          { kind: 'conflict' as const },
        ),
      ),
    addComment: (issueIdOrKey, body, mark, signal) =>
      forEvent(
        orMissing(
          ask(
            signal,
            (client) =>
              addComment(client, {
                issueIdOrKey,
                body: { ...body, content: body.content.map((node) => ({ ...node })) },
                properties: [{ key: markKey, value: mark }],
              }),
            z.object({ id: z.string() }).transform(({ id }) => id),
          ),
          undefined,
          signal,
        ),
        { isRepeatable: false },
      ),
    async commentsWith(issueIdOrKey, text, own, signal) {
      const { comments } = await forEvent(
        orMissing(
          ask(
            signal,
            (client) => getComments(client, { issueIdOrKey, orderBy: '-created', maxResults: 50 }),
            commentsSchema,
          ),
          { comments: [] },
          signal,
        ),
      )
      const quoted = JSON.stringify(text).slice(1, -1)
      const ids = comments
        .filter(({ body }) => JSON.stringify(body).includes(quoted))
        .map(({ id }) => Number(id))
      if (ids.every((id) => String(id) === own)) return []
      // Only here are the properties of comments documented to be shown.
      const { values } = await forEvent(
        ask(
          signal,
          (client) => getCommentsByIds(client, { ids, expand: 'properties' }),
          markedCommentsSchema,
        ),
      )
      return values.toSorted((one, other) => Number(one.id) - Number(other.id))
    },
    deleteComment: (issueIdOrKey, id, signal) =>
      forEvent(
        orWhen(
          ask(
            signal,
            (client) => deleteComment(client, { issueIdOrKey, id }),
            z.unknown().transform(() => true),
          ),
          [403, 404],
          false,
        ),
      ),
    async link(kind, from, to, signal) {
      const name = await linkTypeName(kind, signal)
      if (name === undefined) return false
      const linked = ask(
        signal,
        // Jira calls the issue that duplicates the inward one.
        (client) =>
          linkIssues(client, { type: { name }, inwardIssue: { id: from }, outwardIssue: { id: to } }),
        z.unknown().transform(() => true),
      )
      return forEvent(orWhen(linked, [400, 403, 404], false))
    },
    putRemoteLink: (issueIdOrKey, { globalId, url, title }, signal) =>
      forEvent(
        answerOf(
          ask(
            signal,
            (client) =>
              createOrUpdateRemoteIssueLink(client, {
                issueIdOrKey,
                globalId,
                application: { name: 'ComplyWise', type: 'com.complywise' },
                relationship: 'evidence',
                object: { url, title },
              }),
            z.unknown().transform(() => undefined),
          ),
        ),
      ),
    async findAssignee(project, idOrEmail, signal) {
      const isEmail = idOrEmail.includes('@')
      const users = await forEvent(
        orWhen(
          ask(
            signal,
            (client) =>
              findAssignableUsers(client, {
                project,
                ...(isEmail ? { query: idOrEmail } : { accountId: idOrEmail }),
                maxResults: 10,
              }),
            usersSchema,
          ),
          [404],
          [],
        ),
      )
      const exact = users.find(({ accountId, emailAddress }) =>
        isEmail ? emailAddress?.toLowerCase() === idOrEmail.toLowerCase() : accountId === idOrEmail,
      )
      // Most accounts hide their address, so that nothing can be compared; one answer to a whole address is the one.
      const hidden =
        users.length === 1 ? users.find(({ emailAddress }) => emailAddress === undefined) : undefined
      return exact?.accountId ?? (isEmail ? hidden?.accountId : undefined)
    },
  }

  function ask<T>(
    signal: AbortSignal,
    request: (client: Client) => Promise<unknown>,
    schema: z.ZodType<T>,
  ): Promise<T> {
    return callJira(transport.client(signal), request, schema)
  }

  // A stranger is told of everything that it is not there: first make sure that Jira still knows who asks.
  async function orMissing<T, Other>(
    request: Promise<T>,
    otherwise: Other,
    signal: AbortSignal,
  ): Promise<T | Other> {
    const answer = await orWhen(request, [404], missing)
    if (answer !== missing) return answer
    await ask(signal, (client) => getCurrentUser(client), z.object({ accountId: z.string() }))
    return otherwise
  }

  async function linkTypeName(kind: string, signal: AbortSignal): Promise<string | undefined> {
    const { issueLinkTypes } = await forEvent(
      orWhen(
        ask(signal, (client) => getIssueLinkTypes(client), linkTypesSchema),
        [404],
        { issueLinkTypes: [] },
      ),
    )
    const names = issueLinkTypes.map(({ name }) => name)
    return names.find((name) => name === kind) ?? names.find((name) => name.includes(kind.slice(0, -1)))
  }
}

const missing = Symbol('missing')

const nothing = z.unknown().transform(() => undefined)
