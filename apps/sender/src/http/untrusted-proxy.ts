import type { FastifyRequest } from 'fastify'
import type { Api } from './api.ts'

/**
 * Warns, once, that pages of this sender are used over https while it is asked over plain HTTP: by a proxy that is not
 * trusted, or does not say how it was asked. Session cookies are neither `__Host-` nor `Secure` then, and all callers seem to
 * come from one address.
 */
export function addProxyWarning(app: Api): void {
  let isWarned = false

  app.addHook('onRequest', async (request) => {
    if (isWarned || request.protocol === 'https' || !isOwnPageOverHttps(request)) return
    isWarned = true
    request.log.warn(
      'pages are used over https, but requests seem to come over http: name the proxy in SENDER_TRUSTED_PROXIES, and let it send X-Forwarded-Proto',
    )
  })
}

// A page elsewhere may ask as well, which says nothing of how this sender is reached.
function isOwnPageOverHttps({ headers, host }: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = headers
  if (origin?.startsWith('https://') !== true) return false
  return site === undefined ? URL.parse(origin)?.host === host : site === 'same-origin'
}
