import { decodeBase64, decodeHex, encodeBase64 } from '../wire/encoding.ts'
import type { FindingCode } from './finding.ts'

/** A key that a secret is mistaken for. */
export interface SecretVariant {
  readonly code: FindingCode
  /** How it differs from the secret, in words that follow "the secret". */
  readonly difference: string
  readonly key: Uint8Array
}

/** The keys that `secret` is often mistaken for: at most 19, none of them empty. */
export function secretVariants(secret: string): readonly SecretVariant[] {
  const rest = secret.startsWith('whsec_') ? secret.slice(6) : undefined
  const base64 = (rest ?? secret).replaceAll('-', '+').replaceAll('_', '/')
  const padded = base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')
  const variants: readonly Variant[] = [
    ['secret_whitespace', 'with a line break at its end', `${secret}\n`],
    ['secret_whitespace', 'with a line break at its end', `${secret}\r\n`],
    ['secret_whitespace', 'with "\\n" spelled out at its end', `${secret}\\n`],
    ['secret_whitespace', 'without "\\n" spelled out at its end', secret.replace(/(?:\\[nr])+$/, '')],
    ['secret_whitespace', 'with a space at its end', `${secret} `],
    ['secret_whitespace', 'with a space at its start', ` ${secret}`],
    ['secret_whitespace', 'without the whitespace in it', secret.replace(/\s/g, '')],
    ['secret_quoted', 'in double quotes', `"${secret}"`],
    ['secret_quoted', 'in single quotes', `'${secret}'`],
    ['secret_quoted', 'without the quotes in it', secret.replace(/["'`]/g, '')],
    ['secret_encoding', 'without whsec_', rest],
    ['secret_encoding', 'with whsec_ before it', rest === undefined ? `whsec_${secret}` : undefined],
    ['secret_encoding', 'decoded from base64', decodeBase64(padded)],
    ['secret_encoding', 'encoded in base64', encodeBase64(encode(secret))],
    ['secret_encoding', 'decoded from hexadecimal', decodeHex((rest ?? secret).toLowerCase())],
    ['secret_encoding', 'in lower case', secret.toLowerCase()],
    ['secret_encoding', 'in upper case', secret.toUpperCase()],
    ['secret_encoding', 'encoded for a URL', encodeURIComponent(secret)],
    ['secret_encoding', 'with + in place of spaces', secret.replaceAll(' ', '+')],
  ]
  return variants.flatMap(([code, difference, text]) => {
    if (!text?.length || text === secret) return []
    return { code, difference, key: typeof text === 'string' ? encode(text) : text }
  })
}

type Variant = readonly [code: FindingCode, difference: string, text: string | Uint8Array | undefined]

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
