import { sha256 } from '#crypto'
import { assertBytes } from './body.ts'
import { decodeBase64, encodeBase64 } from './encoding.ts'

/**
 * Makes the value of `Content-Digest` for `body`: `sha-256=:…:`.
 *
 * @throws {WebhookError} `body_not_bytes`
 * @see https://www.rfc-editor.org/rfc/rfc9530#section-2
 */
export async function contentDigest(body: Uint8Array): Promise<string> {
  assertBytes(body)
  return `sha-256=:${encodeBase64(await sha256(body))}:`
}

/**
 * Compares `body` with the `Content-Digest` it came with, to tell why a signature does not match: `false` says that
 * the body was modified on the way, `true` that the secret is another. It authenticates nothing, because whoever can
 * modify the body can modify the header too.
 *
 * @param value of the header, as {@link readHeader} gives it.
 * @returns `undefined` where there is nothing to compare: the header is absent, malformed, or holds no `sha-256`.
 * @throws {WebhookError} `body_not_bytes`
 * @example
 * const intact = await matchesContentDigest(body, readHeader(headers, headerNames.contentDigest))
 */
export async function matchesContentDigest(
  body: Uint8Array,
  value: string | undefined,
): Promise<boolean | undefined> {
  const presented = parseSha256(value)
  return presented === undefined ? undefined : `sha-256=:${presented}:` === (await contentDigest(body))
}

/** Reads a dictionary of byte sequences (RFC 8941 §3.2), in which the last value of a key counts. */
function parseSha256(header: string | undefined): string | undefined {
  let sha256: string | undefined
  for (const member of header?.split(',') ?? []) {
    const [, algorithm, encoded = ''] = /^[ \t]*([a-z*][a-z\d_.*-]*)=:([^:]*):[ \t]*$/.exec(member) ?? []
    if (algorithm === undefined || decodeBase64(encoded) === undefined) return undefined
    if (algorithm === 'sha-256') sha256 = encoded
  }
  return sha256
}
