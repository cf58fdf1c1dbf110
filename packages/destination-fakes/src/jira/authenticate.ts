import type { IncomingHttpHeaders } from 'node:http'
import type { JiraUser } from './model.ts'

/** Who sent a request, by its `Authorization` header. */
export type Authentication =
  | { readonly kind: 'user'; readonly user: JiraUser }
  /** No credentials at all, or a token that Jira has stopped to look at: a visitor. */
  | { readonly kind: 'anonymous'; readonly hasFailed: boolean }
  /** Credentials that are wrong. */
  | { readonly kind: 'refused' }

/** How a token that was revoked is treated. Jira does both, by operation and age of the token. */
export type RevokedAs = 'unauthorized' | 'anonymous'

/** Reads Basic credentials of e-mail and API token. */
export function authenticate(
  headers: IncomingHttpHeaders,
  users: readonly JiraUser[],
  revoked: ReadonlyMap<string, RevokedAs>,
): Authentication {
  const [scheme = '', credentials = ''] = (headers.authorization ?? '').split(' ')
  if (scheme === '') return { kind: 'anonymous', hasFailed: false }
  if (scheme.toLowerCase() !== 'basic') return { kind: 'refused' }
  const text = Buffer.from(credentials, 'base64').toString()
  const colon = text.indexOf(':')
  const email = text.slice(0, colon).toLowerCase()
  const token = text.slice(colon + 1)
  const user = users.find((user) => user.email.toLowerCase() === email && user.tokens.includes(token))
  if (user === undefined || !user.isActive) return { kind: 'refused' }
  switch (revoked.get(token)) {
    case 'anonymous':
      return { kind: 'anonymous', hasFailed: true }
    case 'unauthorized':
      return { kind: 'refused' }
    default:
      return { kind: 'user', user }
  }
}
