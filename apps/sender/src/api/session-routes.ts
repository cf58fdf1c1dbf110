import { z } from 'zod'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { assertSameOrigin } from '../http/same-origin.ts'
import { clearSessionCookie, readSessionCookie, setSessionCookie } from '../http/session-cookie.ts'
import type { ApiKeyStore, Principal } from '../store/api-keys.ts'
import { SESSION_MS } from '../store/sessions.ts'
import { createSessionBody, sessionAnswer, toSessionAnswer } from './session-schemas.ts'

const tags = ['Administration']
const url = '/api/session'
/** Anybody may have it read, before the key in it is known. */
const MAX_BODY_BYTES = 4096
const setCookieHeader = { 'set-cookie': { type: 'string', description: 'The session; a browser keeps it.' } }

/** Adds the routes with which the web page signs in and out. */
export function addSessionRoutes(app: Api, apiKeys: ApiKeyStore): void {
  async function describe(principal: Principal, expiresAt: Date | undefined) {
    return toSessionAnswer(principal, await apiKeys.nameCaller(principal), expiresAt)
  }

  app.route({
    method: 'POST',
    url,
    bodyLimit: MAX_BODY_BYTES,
    config: {
      access: 'public',
      problems: ['key_unknown', 'role_forbidden', 'cross_site_request', 'rate_limited', 'unavailable'],
      answerHeaders: setCookieHeader,
    },
    schema: {
      operationId: 'createSession',
      tags,
      summary: 'Sign in',
      description:
        'For pages of this sender: a session of 12 hours in a cookie that no script can read. It may do what its key may do, and ends when the key is revoked, or has begun 20 others. An earlier session of the request’s cookie ends. A key may sign in 10 times a minute. `Sec-Fetch-Site` or `Origin` has to say that a page of this sender asks.',
      body: createSessionBody,
      response: { 201: json('Signed in.', sessionAnswer) },
    },
    // Or a page elsewhere could sign its reader in to an account of its own.
    onRequest: async (request) => assertSameOrigin(request),
    handler: async (request, reply) => {
      const { principal, token, expiresAt } = await app.signIn(request, reply, request.body.key)
      setSessionCookie(request, reply, token, SESSION_MS / 1000)
      return reply
        .code(201)
        .header('location', url)
        .send(await describe(principal, expiresAt))
    },
  })

  app.route({
    method: 'GET',
    url,
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'getSession',
      tags,
      summary: 'Get who is calling',
      description: 'The account and the role that the request’s key or session speaks for.',
      response: { 200: json('Who is calling.', sessionAnswer) },
    },
    handler: async (request) => await describe(principalOf(request), request.sessionExpiresAt),
  })

  app.route({
    method: 'DELETE',
    url,
    config: {
      access: 'public',
      problems: ['cross_site_request', 'rate_limited', 'unavailable'],
      answerHeaders: setCookieHeader,
    },
    schema: {
      operationId: 'endSession',
      tags,
      summary: 'Sign out',
      description: 'Ends the session of the cookie for good, and has the browser forget it. May be repeated.',
      response: { 204: z.undefined().describe('Signed out, now or before.') },
    },
    onRequest: async (request) => {
      if (readSessionCookie(request) !== undefined) assertSameOrigin(request)
    },
    handler: async (request, reply) => {
      await app.signOut(request)
      clearSessionCookie(request, reply)
      return reply.code(204).send()
    },
  })
}
