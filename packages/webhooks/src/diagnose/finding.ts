/** What is wrong with a request whose signatures do not match: for a log, never for the caller. */
export interface Finding {
  readonly code: FindingCode
  /** `certain`: computed from what arrived. `likely`: the best explanation of what can be seen. */
  readonly confidence: 'certain' | 'likely'
  /** The evidence, in a sentence or two. It holds no secret, and of what was sent only lengths and names. */
  readonly detail: string
  /** What to do about it. */
  readonly fix: string
}

/**
 * What can be wrong. Codes are stable; a new one is a minor release.
 *
 * - `body_modified`: the body is not the one that was sent.
 * - `body_truncated`: its end is missing.
 * - `body_reserialized`: it was parsed as JSON and written again.
 * - `body_reencoded`: it is the same text in other bytes: charset, byte order mark, line breaks, base64.
 * - `secret_wrong`: the body is intact, and none of the receiver's secrets made the signature.
 * - `secret_expired`: a secret made it whose `notAfter` has passed.
 * - `secret_rotated`: the sender has a newer secret already, which the receiver has not.
 * - `secret_whitespace`, `secret_quoted`: whitespace or quotes are part of the secret at one end.
 * - `secret_encoding`: one end decodes the secret, or writes it in another way.
 * - `signature_stripped`: `X-ComplyWise-Signature` was removed on the way.
 * - `signature_altered`: it was changed on the way; `webhook-signature` is valid.
 * - `signature_format`: its value is of another form or algorithm.
 * - `signature_covers_other`: it was made over more than the body.
 * - `header_repeated`: a header arrived twice.
 * - `header_case`: header names were handed over in capitals.
 * - `attempt_incomplete`: of `webhook-id`, `webhook-timestamp` and `webhook-signature`, some were removed.
 * - `attempt_altered`: one of them was changed.
 * - `other_sender`: nothing in the request is of ComplyWise.
 * - `unknown`: none of the above can be shown.
 */
export type FindingCode =
  | 'body_modified'
  | 'body_truncated'
  | 'body_reserialized'
  | 'body_reencoded'
  | 'secret_wrong'
  | 'secret_expired'
  | 'secret_rotated'
  | 'secret_whitespace'
  | 'secret_quoted'
  | 'secret_encoding'
  | 'signature_stripped'
  | 'signature_altered'
  | 'signature_format'
  | 'signature_covers_other'
  | 'header_repeated'
  | 'header_case'
  | 'attempt_incomplete'
  | 'attempt_altered'
  | 'other_sender'
  | 'unknown'

/** A finding that is computed. */
export function certain(code: FindingCode, detail: string): Finding {
  return { code, confidence: 'certain', detail, fix: fixes[code] }
}

/** A finding that is inferred. */
export function likely(code: FindingCode, detail: string): Finding {
  return { code, confidence: 'likely', detail, fix: fixes[code] }
}

const keepBytes = 'Give the receiver the bytes as they came: nothing may parse or decode the body before it.'
const sameSecret =
  'Use the text of the secret that ComplyWise shows, all of it and nothing else, at both ends.'
const passHeaders = 'Let every proxy pass the X-ComplyWise-* and webhook-* headers on unchanged.'

const fixes: Readonly<Record<FindingCode, string>> = {
  body_modified: keepBytes,
  body_truncated: 'Look for what limits the size of a body, reads it first, or counts characters for bytes.',
  body_reserialized: keepBytes,
  body_reencoded: keepBytes,
  secret_wrong: `${sameSecret} If it is the same, a stranger sent this.`,
  secret_expired: 'End the rotation at ComplyWise, or set a later notAfter until it has ended.',
  secret_rotated: "Add the subscription's new secret to those of the receiver.",
  secret_whitespace: sameSecret,
  secret_quoted: sameSecret,
  secret_encoding: sameSecret,
  signature_stripped: passHeaders,
  signature_altered: passHeaders,
  signature_format: 'Send sha256= and the HMAC-SHA256 in 64 lowercase hexadecimal digits.',
  signature_covers_other: 'Sign the body alone; only webhook-signature covers more.',
  header_repeated: passHeaders,
  header_case: 'Hand over a Headers object, or names in lower case.',
  attempt_incomplete: passHeaders,
  attempt_altered: passHeaders,
  other_sender: 'Nothing, unless ComplyWise did send it: then a proxy removes its headers.',
  unknown: `${sameSecret} Let Content-Digest through: it tells more.`,
}
