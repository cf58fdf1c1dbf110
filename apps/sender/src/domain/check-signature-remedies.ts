import type { SignatureCode } from './check-signature-codes.ts'

const rawBody =
  'Hash the bytes of the request as they came, before anything parses or decodes them: `express.raw`, `request.body` in Rails, `php://input`, `request.get_data()` in Flask.'
const wholeSecret =
  'Use the text of the secret as ComplyWise showed it, all of it with `whsec_` and nothing else, as the key of `X-ComplyWise-Signature`.'
const writeHex =
  'Write the HMAC as `sha256=` and 64 lowercase hexadecimal digits, `hexdigest` or `digest("hex")`.'

/** What to change in the code, in plain words; `null` when nothing. */
export const remedies: Readonly<Record<SignatureCode, string | null>> = {
  valid: null,
  valid_attempt: null,
  prefix_missing: 'Compare it with what follows `sha256=` in the header, or put `sha256=` before it.',
  uppercase_hex: 'Write hexadecimal digits in lower case, or compare bytes instead of text.',
  base64_instead_of_hex: writeHex,
  encoded_twice: `Encode the HMAC once. ${writeHex}`,
  truncated: 'Compare all 64 digits: look for a column, a variable or a copy that is too short.',
  malformed: `${writeHex} If your code computed nothing, look for the error that it hides.`,
  secret_pasted:
    'Paste what your code computes with the secret, not the secret. If others could see it, rotate the secret.',
  secret_old: 'Give your code the newest secret, beside the old one until that has expired.',
  secret_expired: 'Give your code the newest secret.',
  secret_decoded: `${wholeSecret} Only the key of \`webhook-signature\` is decoded from base64.`,
  secret_not_decoded:
    'For `webhook-signature`, decode what follows `whsec_` from base64 and use those bytes as the key.',
  secret_whitespace: `${wholeSecret} Strip white space where the secret is read, or from the file that has it.`,
  secret_quoted: `${wholeSecret} Take the quotes away where it is stored.`,
  secret_prefix_missing: wholeSecret,
  secret_altered: wholeSecret,
  secret_empty: 'Check the name of the environment variable, and refuse to start without it.',
  secret_wrong:
    'Compare the last characters of the secret in your code with those that the subscription shows. When in doubt, rotate it, and give your code the new one.',
  no_secret:
    'Compute an HMAC with the secret as the key: `crypto.createHmac("sha256", secret)`, not `createHash`.',
  not_hmac: 'Use the HMAC function of your language; joining secret and body is not the same.',
  other_algorithm: 'Use HMAC with SHA-256.',
  hashed_twice: 'Give the body itself to HMAC-SHA256, and use what it returns as it is.',
  arguments_swapped:
    'Pass the secret as the key and the body as the text; the order differs between languages.',
  covers_timestamp:
    '`X-ComplyWise-Signature` covers the body alone. `webhook-signature` covers id, time and body: `id.timestamp.body`.',
  body_reserialized: rawBody,
  body_reencoded: rawBody,
  body_newline: rawBody,
  body_data_only: `Hash the whole envelope, not its \`data\`. ${rawBody}`,
  body_event_id_only: `Hash the whole body, not the id. ${rawBody}`,
  body_empty: rawBody,
  body_changed: rawBody,
  unknown:
    'Check the secret first: its last characters are shown with the subscription. Then paste the body that your code hashed, too; with it, the check can tell which of both is wrong.',
}
