import { WebhookError } from '../errors.ts'
import type { RequestHeaders } from '../wire/headers.ts'
import { assertUsable } from '../wire/secret.ts'

/** A secret with a name of its own, for logs and metrics, and perhaps an end. */
export interface Secret {
  /** Told to handlers, logs and telemetry as `secretId`, so it must not be secret. */
  readonly id: string
  readonly value: string
  /** When it stops being accepted. Default: never. */
  readonly notAfter?: Date | undefined
}

/**
 * The subscription's secret, or several while it is being rotated: a body signed with any of them is accepted. The `id`
 * of a string is its index in the list.
 */
export type Secrets = string | readonly (string | Secret)[]

/** The secrets of one tenant. */
export interface ResolvedSecrets {
  /**
   * Whose secrets they are: the tenant's own id, not how the URL spells it, or a captured request could be sent once for
   * each spelling. Told to handlers, and part of what events are deduplicated by: a tenant's event can never pass for the
   * duplicate of another's.
   */
  readonly tenant: string
  readonly secret: Secrets
}

/**
 * Finds the secrets of a request by its path or a header, neither of which is verified yet: the signature must then match
 * one of them. `undefined` refuses the request with 401. A rejection is answered with 503, so that the sender tries again.
 *
 * @example
 * const secret: SecretResolver = async ({ url = '' }) => {
 *   const tenant = /^\/webhooks\/([a-z]+)$/.exec(url)?.[1]
 *   const secret = tenant && (await findSecret(tenant))
 *   return secret ? { tenant, secret } : undefined
 * }
 */
export type SecretResolver = (
  request: SecretRequest,
) => ResolvedSecrets | undefined | Promise<ResolvedSecrets | undefined>

/** What a {@link SecretResolver} can tell tenants apart by. */
export interface SecretRequest {
  readonly headers: RequestHeaders
  /** The path and query as the client sent them. */
  readonly url: string | undefined
}

/** Gives every secret its id. */
export function normalizeSecrets(secrets: Secrets): readonly Secret[] {
  const list = typeof secrets === 'string' ? [secrets] : secrets
  if (!Array.isArray(list)) {
    throw new WebhookError('option_invalid', 'The secret is neither text, nor a list, nor a function.')
  }
  return list.map((secret, index) =>
    typeof secret === 'string' ? { id: String(index), value: secret } : secret,
  )
}

/**
 * Throws unless there is a secret, every one is usable, and no two have the same id.
 *
 * @throws {WebhookError} with a `SecretErrorCode`, or `option_invalid`.
 */
export function assertSecrets(secrets: readonly Secret[]): void {
  for (const secret of secrets) {
    if (typeof secret?.value !== 'string') throw new WebhookError('option_invalid', 'A secret is not text.')
    if (secret.notAfter !== undefined && Number.isNaN(Number(secret.notAfter))) {
      throw new WebhookError('option_invalid', `notAfter of the secret ${secret.id} is not a valid Date.`)
    }
  }
  assertUsable(secrets.map(({ value }) => value))
  if (new Set(secrets.map(({ id }) => id)).size < secrets.length) {
    throw new WebhookError('option_invalid', 'Two secrets have the same id.')
  }
}

/** The secrets that are still accepted. */
export function activeSecrets(secrets: readonly Secret[], now: Date): readonly Secret[] {
  return secrets.filter(({ notAfter }) => !notAfter || now <= notAfter)
}
