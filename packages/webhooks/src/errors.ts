/** Why a secret cannot be used, on either end of the wire. */
export type SecretErrorCode =
  | 'secret_empty'
  | 'secret_whitespace'
  | 'secret_quoted'
  | 'secret_not_unicode'
  | 'secret_not_base64'

/** Why a request's signatures were refused; see {@link Verification}. */
export type SignatureErrorCode =
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_mismatch'
  | 'attempt_signature_malformed'
  | 'attempt_signature_mismatch'

/**
 * Every reason this package gives for refusing something: a closed union, so a `switch` over it is checked.
 * Codes are stable; a new one is a minor release.
 */
export type WebhookErrorCode = SecretErrorCode | SignatureErrorCode | 'body_not_bytes' | 'attempt_invalid'

/**
 * The one error class of this package. What comes over the wire is answered with a result, so this is thrown
 * for what only the program itself can have got wrong. Neither the message nor the cause contains a secret.
 *
 * @example
 * if (error instanceof WebhookError && error.code === 'secret_whitespace') { … }
 */
export class WebhookError extends Error {
  readonly code: WebhookErrorCode

  constructor(code: WebhookErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'WebhookError'
    this.code = code
  }
}
