/**
 * How far a request came.
 *
 * | Stage        | Was it done?                                                             |
 * | ------------ | ------------------------------------------------------------------------ |
 * | `not_sent`   | no: there was no connection, or the limit that Jira named is not over yet |
 * | `refused`    | no, says an answer of Jira; of a proxy (502, 504) nobody knows           |
 * | `no_answer`  | nobody knows: it was sent, and the connection or the time ended           |
 * | `unreadable` | probably: the status says so, but the answer cannot be read               |
 */
export type FailureStage = 'not_sent' | 'refused' | 'no_answer' | 'unreadable'

/** A request to Jira that did not get the answer it needs. */
export class JiraFailure extends Error {
  override readonly name = 'JiraFailure'
  readonly stage: FailureStage
  readonly status: number | undefined
  /** Jira's complaints by field id, and those that belong to none. */
  readonly errors: Readonly<Record<string, string>>
  readonly errorMessages: readonly string[]
  readonly retryAfterMs: number | undefined
  /** Code of the socket's or TLS's error. */
  readonly networkCode: string | undefined

  constructor(
    stage: FailureStage,
    message: string,
    details: {
      readonly status?: number | undefined
      readonly body?: unknown
      readonly retryAfterMs?: number | undefined
      readonly networkCode?: string | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: details.cause })
    this.stage = stage
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
    this.networkCode = details.networkCode
    const { errors, errorMessages } = complaintsIn(details.body)
    this.errors = errors
    this.errorMessages = errorMessages
  }
}

function complaintsIn(body: unknown): Pick<JiraFailure, 'errors' | 'errorMessages'> {
  if (typeof body !== 'object' || body === null) return { errors: {}, errorMessages: [] }
  const { errors, errorMessages } = body as { readonly errors?: unknown; readonly errorMessages?: unknown }
  return {
    errors:
      typeof errors === 'object' && errors !== null
        ? Object.fromEntries(Object.entries(errors).map(([field, text]) => [field, String(text)]))
        : {},
    errorMessages: Array.isArray(errorMessages) ? errorMessages.map(String) : [],
  }
}
