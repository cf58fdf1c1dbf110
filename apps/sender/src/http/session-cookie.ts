import type { FastifyReply, FastifyRequest } from 'fastify'

/** How the cookie is named over https. Only its own host can have set one with this prefix, no other subdomain. */
export const SECURE_COOKIE = '__Host-cw_session'
const PLAIN_COOKIE = 'cw_session'

const TOKEN = /^[\w-]{43}$/

/**
 * The token in a request's session cookie; empty when it holds none, `undefined` when there is no cookie.
 *
 * Two cookies hold none: which one this sender has set, nobody can tell.
 */
export function readSessionCookie(request: FastifyRequest): string | undefined {
  const prefix = `${cookieName(request)}=`
  const pairs = request.headers.cookie?.split(';').map(trimPair) ?? []
  const [value, another] = pairs
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length))
  if (value === undefined) return undefined
  return another === undefined && TOKEN.test(value) ? value : ''
}

// Not trim(): what else that strips belongs to the name for a browser, which then lets any subdomain set the cookie.
function trimPair(pair: string): string {
  return pair.replace(/^[ \t]+|[ \t]+$/g, '')
}

/** Hands a session to the browser, for as long as it lasts. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  maxAgeSeconds: number,
): void {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  reply.header(
    'set-cookie',
    `${cookieName(request)}=${token}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Strict${secure}`,
  )
}

/** Has the browser forget its session. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  setSessionCookie(request, reply, '', 0)
}

function cookieName({ protocol }: FastifyRequest): string {
  return protocol === 'https' ? SECURE_COOKIE : PLAIN_COOKIE
}
