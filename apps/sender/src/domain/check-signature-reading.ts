/** One way to read what somebody pasted as a signature. */
export interface Reading {
  readonly digest: Uint8Array
  readonly form: SignatureForm
}

/**
 * How a signature is written: as in `X-ComplyWise-Signature`, as its hexadecimal digits alone, those in capitals or with
 * something between them, as in `webhook-signature`, in base64, or encoded once more.
 */
export type SignatureForm =
  | 'header'
  | 'bare'
  | 'uppercase'
  | 'separated'
  | 'attempt'
  | 'base64'
  | 'encoded_twice'

/** Of what hash functions give: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512. */
const DIGEST_BYTES: ReadonlySet<number> = new Set([16, 20, 28, 32, 48, 64])

/** Every way in which `text` can be read as a digest: none when it is not one. */
export function readSignature(text: string): readonly Reading[] {
  const value = unwrap(text)
  const entries = value.split(/\s+/)
  if (entries.every((entry) => /^v1[,=]/.test(entry))) {
    return entries.flatMap((entry) => {
      return readBase64(entry.slice(3)).map(({ digest, form }): Reading => {
        return { digest, form: form === 'base64' ? 'attempt' : form }
      })
    })
  }
  const digits = value.replace(ALGORITHM, '')
  return [...readHex(digits, digits !== value), ...readBase64(digits)]
}

/** What is left of `text` without what surrounds a signature, to be compared with a part of one. */
export function fragmentOf(text: string): string {
  return unwrap(text)
    .replace(ALGORITHM, '')
    .replace(/^v1[,=]/, '')
}

const ALGORITHM = /^(?:hmac[-_]?)?(?:sha-?\d+|md5)(?:=|:|,)\s*/i

/** Without the name of the header, quotes and the like. */
function unwrap(text: string): string {
  return text
    .trim()
    .replace(/^(?:x-complywise-signature|webhook-signature)\s*[:=]\s*/i, '')
    .replace(/^b?(["'`])(.*)\1[,;]?$/s, '$2')
    .trim()
}

function readHex(digits: string, isPrefixed: boolean): readonly Reading[] {
  const plain = digits
    .replace(/^<Buffer (.*)>$/, '$1')
    .replace(/^(?:0x|\\x)/i, '')
    .replaceAll(/[\s:-]|\\x/g, '')
  if (!/^(?:[\da-f]{2})+$/i.test(plain)) return []
  const digest = Buffer.from(plain, 'hex')
  const inner = digest.toString('latin1')
  const twice = /^(?:[\da-f]{2})+$/.test(inner) ? readPlain(inner, 'encoded_twice') : []
  if (plain !== digits) return [...readPlain(plain, 'separated'), ...twice]
  if (/[A-F]/.test(plain)) return readPlain(plain, 'uppercase')
  return [...readPlain(plain, isPrefixed ? 'header' : 'bare'), ...twice]
}

function readPlain(hex: string, form: SignatureForm): readonly Reading[] {
  const digest = Buffer.from(hex, 'hex')
  return DIGEST_BYTES.has(digest.length) ? [{ digest, form }] : []
}

function readBase64(text: string): readonly Reading[] {
  if (!/^[\w+/-]+={0,2}$/.test(text)) return []
  const digest = Buffer.from(text, 'base64')
  const inner = digest.toString('latin1')
  return [
    ...(DIGEST_BYTES.has(digest.length) ? [{ digest, form: 'base64' } as const] : []),
    ...(/^(?:[\da-f]{2})+$/i.test(inner) ? readPlain(inner, 'encoded_twice') : []),
  ]
}
