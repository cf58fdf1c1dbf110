import type { Api } from './api.ts'

/**
 * Headers of every answer: it is data, to be neither interpreted as a page nor stored.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export const secureHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** Adds {@link secureHeaders} to every answer, errors included. */
export function addSecureHeaders(app: Api): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(secureHeaders)
  })
}
