import type { Api } from './api.ts'

/**
 * Headers of every answer: it is data, to be neither interpreted as a page nor stored.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export const secureHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  // For browsers that do not know frame-ancestors.
  'x-frame-options': 'DENY',
} as const

/**
 * Adds {@link secureHeaders} to every answer, errors included, and to those that travel encrypted that the next ones
 * shall too (HSTS; RFC 6797 §7.2 forbids it elsewhere). There are no CORS headers: no page of another origin can read
 * an answer.
 */
export function addSecureHeaders(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(secureHeaders)
    if (request.protocol === 'https') reply.header('strict-transport-security', STRICT_TRANSPORT)
  })
}

const STRICT_TRANSPORT = 'max-age=31536000'
