import type { SecretErrorCode } from '@complywise/webhooks/wire'
import type { CustomHeaderProblem } from '../domain/custom-headers.ts'
import type { UrlProblem } from '../domain/endpoint-url.ts'

/** What may be wrong with one value, by its code, and what that means. Codes are stable. */
export const fieldErrorCodes = {
  required: 'It is missing.',
  invalid_type: 'It is of another JSON type, or a query parameter was given more than once.',
  invalid_value: 'It is not one of the values that are possible here.',
  invalid_format: 'The text does not have the form that is expected, for example a UUID.',
  too_small: 'The number is too small.',
  too_big: 'The number is too big.',
  too_short: 'The text is too short.',
  too_long: 'The text is too long.',
  too_few: 'The array has too few elements.',
  too_many: 'The array has too many elements.',
  duplicate: 'The same element is in the array already.',
  unknown_field: 'There is no field or parameter of this name.',
  nul_character: 'The text contains U+0000, which receivers and databases cannot store.',
  lone_surrogate: 'The text contains half of a surrogate pair, which cannot be encoded in UTF-8.',
  number_imprecise:
    'The number is an integer beyond ±(2^53 − 1) or overflows, so digits would be lost on the way.',
  forbidden_key: 'The name is one that JSON parsers refuse as prototype poisoning, such as `__proto__`.',
  nested_too_deeply: 'There are too many objects and arrays inside each other.',
  not_a_url: 'It is not an absolute URL.',
  scheme_not_http: 'The URL is neither https: nor http:.',
  has_credentials: 'The URL contains a user name or a password.',
  has_fragment: 'The URL contains a part after #.',
  port_forbidden: 'The port is none that endpoints may use.',
  address_forbidden: 'The host has an address in a special-purpose network, where endpoints may not be.',
  event_too_large: 'The envelope would have more than 262,144 bytes.',
  secret_empty: 'The secret is empty.',
  secret_whitespace: 'The secret starts or ends with whitespace.',
  secret_quoted: 'The secret is wrapped in quotes.',
  secret_not_unicode: 'The secret contains half of a surrogate pair.',
  secret_not_base64: 'What follows `whsec_` is not base64.',
  header_name_invalid: 'The name has characters that names of headers have not, or is too long.',
  header_reserved: 'The header is set by the sender itself, or on the way.',
  header_duplicate: 'The same header is there in other upper and lower case.',
  header_value_invalid: 'The value is not one line of ASCII, is empty, or has spaces at its ends.',
  header_value_masked: 'The value is what answers show in place of a credential.',
  headers_too_many: 'There are too many headers.',
  headers_too_long: 'The headers have too many characters together.',
} as const satisfies Readonly<
  Record<UrlProblem | SecretErrorCode | CustomHeaderProblem['code'], string> & Record<string, string>
>

/** The code of a {@link FieldError}. */
export type FieldErrorCode = keyof typeof fieldErrorCodes

/** One thing that is wrong with a request's body or query. */
export interface FieldError {
  /** Where: a JSON pointer (RFC 6901) into the body, or `/name` of a query parameter; empty for the whole. */
  readonly path: string
  readonly code: FieldErrorCode
  /** What is wrong, one English sentence. */
  readonly detail: string
}

/** Whether `code` is one of {@link fieldErrorCodes}. */
export function isFieldErrorCode(code: unknown): code is FieldErrorCode {
  return typeof code === 'string' && Object.hasOwn(fieldErrorCodes, code)
}

/** Of one value at most so much is found: each error names a place in it, which a hostile value makes long. */
export const MAX_FIELD_ERRORS = 100

/** Characters of a {@link toPointer} at most. */
const MAX_POINTER_LENGTH = 512

/** The JSON pointer (RFC 6901) of a path, or of the part of it that has at most 512 characters. */
export function toPointer(path: readonly PropertyKey[]): string {
  let pointer = ''
  for (const step of path) {
    const name = String(step)
    if (pointer.length + name.length >= MAX_POINTER_LENGTH) break
    const longer = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (longer.length > MAX_POINTER_LENGTH) break
    pointer = longer
  }
  return pointer
}
