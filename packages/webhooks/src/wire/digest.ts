import { sha256 } from '#crypto'
import { encodeBase64 } from './encoding.ts'

/**
 * The value of `Content-Digest` for `body`: `sha-256=:…:`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9530#section-2
 */
export async function contentDigest(body: Uint8Array): Promise<string> {
  return `sha-256=:${encodeBase64(await sha256(body))}:`
}

/**
 * Compares `body` with a `Content-Digest`: `false` tells that the body was modified on the way. It proves nothing
 * else; whoever can modify the body can also modify the header.
 *
 * @param headerValue as {@link readHeader} returns it.
 * @returns `undefined` when the header is absent, malformed, or holds no `sha-256`.
 */
export async function matchesContentDigest(
  body: Uint8Array,
  headerValue: string | readonly string[] | undefined,
): Promise<boolean | undefined> {
  const expected = parseSha256(typeof headerValue === 'object' ? headerValue.join(',') : headerValue)
  return expected === undefined ? undefined : expected === encodeBase64(await sha256(body))
}

// A dictionary of byte sequences (RFC 8941 §3.2); of a key that is there twice, the last value counts.
function parseSha256(header: string | undefined): string | undefined {
  let digest: string | undefined
  for (const member of header?.split(',') ?? []) {
    const [, algorithm, encoded] = /^[ \t]*([a-z*][a-z\d_\-.*]*)=:([A-Za-z\d+/=]*):[ \t]*$/.exec(member) ?? []
    if (algorithm === undefined) return undefined
    if (algorithm === 'sha-256') digest = encoded
  }
  return digest
}
