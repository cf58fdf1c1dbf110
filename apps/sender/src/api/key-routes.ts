import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import { actorOf, type ApiKeyStore } from '../store/api-keys.ts'
import { idParams } from './ids.ts'
import {
  createdKeyAnswer,
  createKeyBody,
  keyPage,
  listKeysQuery,
  revokedKeyAnswer,
  toKeyAnswer,
} from './key-schemas.ts'
import { toPageAnswer, toPageRequest } from './pages.ts'

const tags = ['Administration']

/** Adds the routes under `/api/keys`. */
export function addKeyRoutes(app: Api, apiKeys: ApiKeyStore): void {
  app.route({
    method: 'POST',
    url: '/api/keys',
    config: { access: ['admin'] },
    schema: {
      operationId: 'createKey',
      tags,
      summary: 'Make an API key',
      description: 'For the account of the caller. This answer is the only one that ever holds the key.',
      body: createKeyBody,
      response: { 201: json('Made.', createdKeyAnswer) },
    },
    handler: async (request, reply) => {
      const { accountId, actor } = principalOf(request)
      const created = await apiKeys.add(accountId, request.body, actor)
      return reply
        .code(201)
        .header('location', `/api/keys/${created.id}`)
        .send({ ...toKeyAnswer(created), key: created.key })
    },
  })

  app.route({
    method: 'GET',
    url: '/api/keys',
    config: { access: ['admin'] },
    schema: {
      operationId: 'listKeys',
      tags,
      summary: 'List API keys',
      description: 'Newest first, revoked ones included. The keys themselves are not stored.',
      querystring: listKeysQuery,
      response: { 200: json('A page of keys.', keyPage) },
    },
    handler: async (request) => {
      const page = await apiKeys.list(principalOf(request).accountId, toPageRequest(request.query))
      return toPageAnswer(page, toKeyAnswer)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/api/keys/:id',
    config: { access: ['admin'] },
    schema: {
      operationId: 'revokeKey',
      tags,
      summary: 'Revoke an API key',
      description:
        'For good, and at once: no request that begins after this answer is let in with the key. The last admin key may be revoked too; `sender keys create` makes another.',
      params: idParams,
      response: { 200: json('Revoked, now or before.', revokedKeyAnswer) },
    },
    handler: async (request) => {
      const { accountId, actor } = principalOf(request)
      const key = await apiKeys.revoke(accountId, request.params.id, actor)
      if (key === undefined) throw new ProblemError('not_found', 'There is no API key with this id.')
      const warnings = actor === actorOf(key.id) ? [ownKeyRevoked] : []
      return { ...toKeyAnswer(key), warnings }
    },
  })
}

const ownKeyRevoked = {
  code: 'own_key_revoked',
  detail: 'This request was made with the key that it revoked; use another from now on.',
} as const
