import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'

const MINUTE_MS = 60_000

/** Keys are fetched again after this time, beside what goes on. */
const REFRESH_MS = 10 * MINUTE_MS
/** Keys are used for no longer than this when they cannot be fetched. */
const MAX_AGE_MS = 60 * MINUTE_MS
const COOLDOWN_MS = MINUTE_MS / 2
/** After a failure nothing is fetched for this time, so that unknown key ids cannot keep the endpoint, or us, busy. */
const PAUSE_MS = 5000
const TIMEOUT_MS = 5000

/** The issuer's keys cannot be fetched just now, so that nothing can be said about a token. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError'
}

/**
 * The public keys at a JWKS URL (RFC 7517), fetched when they are first needed.
 *
 * @param cooldownMs a token with an unknown key id makes them be fetched again, but not sooner. Default 30,000.
 */
export function createJwtKeys(url: URL, cooldownMs = COOLDOWN_MS): JWTVerifyGetKey {
  let pausedUntil = -Infinity
  let refreshAt = Infinity

  async function fetchKeys(resource: string, options: RequestInit): Promise<Response> {
    if (performance.now() < pausedUntil) throw new KeysUnavailableError('The last fetch failed')
    try {
      const response = await fetch(resource, options)
      // Read here, so that an answer that breaks off counts as a failure too.
      const body = await response.text()
      if (response.status !== 200) throw new Error(`The answer has the status ${response.status}`)
      JSON.parse(body)
      refreshAt = performance.now() + REFRESH_MS
      return new Response(body, { status: 200 })
    } catch (cause) {
      pausedUntil = performance.now() + PAUSE_MS
      throw new KeysUnavailableError(`The keys at ${url.href} cannot be fetched`, { cause })
    }
  }

  const keys = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: cooldownMs,
    cacheMaxAge: MAX_AGE_MS,
    [customFetch]: fetchKeys,
  })
  return async (header, token) => {
    if (performance.now() > refreshAt && !keys.reloading) {
      refreshAt = performance.now() + PAUSE_MS
      // What is cached serves until it is too old; then the failure shows.
      keys.reload().catch(() => undefined)
    }
    return await keys(header, token)
  }
}
