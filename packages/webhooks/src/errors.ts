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

/** Why a request with valid signatures was refused: it may be a replay. */
export type FreshnessErrorCode =
  | 'attempt_signature_missing'
  | 'attempt_too_old'
  | 'attempt_in_future'
  | 'event_too_old'
  | 'event_in_future'

/** Why a request was refused for anything but its signatures and its age. */
export type RequestErrorCode =
  | 'method_not_allowed'
  | 'content_type_unsupported'
  | 'body_too_large'
  | 'body_already_parsed'
  | 'secret_not_found'
  | 'secret_unavailable'
  | 'envelope_invalid'
  | 'data_invalid'
  | 'shutting_down'

/** Why a receiver refused a request. */
export type RejectionCode = SignatureErrorCode | FreshnessErrorCode | RequestErrorCode

/** Why a receiver could not be set up. */
export type SetupErrorCode =
  | 'option_invalid'
  | 'event_type_unknown'
  | 'handler_name_taken'
  | 'registration_closed'
  | 'self_test_failed'

/** Why a dedupe store could not do what it was asked for. */
export type StoreErrorCode = 'claim_lost' | 'store_timeout' | 'store_full' | 'store_unusable'

/**
 * Every reason this package gives for refusing something: a closed union, so a `switch` over it is checked.
 * Codes are stable; a new one is a minor release.
 */
export type WebhookErrorCode =
  | SecretErrorCode
  | RejectionCode
  | SetupErrorCode
  | StoreErrorCode
  | 'body_not_bytes'
  | 'attempt_invalid'

/**
 * The error class of this package. What comes over the wire is answered with a result, so this is thrown
 * for what only the program itself can have got wrong. Neither the message nor the cause contains a secret.
 *
 * @example
 * if (error instanceof WebhookError && error.code === 'secret_whitespace') { … }
 */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
  readonly code: WebhookErrorCode

  constructor(code: WebhookErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
