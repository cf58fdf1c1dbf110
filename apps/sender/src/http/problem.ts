import type { FieldError } from './field-error.ts'

/** What a problem code stands for. */
export interface ProblemDefinition {
  /** The HTTP status that it is answered with. */
  readonly status: number
  /** The same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string
  /** What the caller can do about it. */
  readonly remedy: string
}

/** Every problem that this API answers with, by its code. Codes are stable: programs may rely on them. */
export const problems = {
  malformed_request: {
    status: 400,
    title: 'Malformed request',
    remedy: 'Send valid HTTP/1.1: the request line, the path or a header could not be read.',
  },
  malformed_json: {
    status: 400,
    title: 'Malformed JSON',
    remedy: 'Send a body that is JSON (RFC 8259) in UTF-8.',
  },
  key_missing: {
    status: 401,
    title: 'API key missing',
    remedy: 'Send `Authorization: Bearer cwk_…` with an API key.',
  },
  key_unknown: {
    status: 401,
    title: 'API key unknown',
    remedy: 'Check that the key is complete and was not revoked.',
  },
  role_forbidden: {
    status: 403,
    title: 'Role may not do this',
    remedy: 'Use a key with one of the roles that `detail` names.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    remedy: 'Check the id; records of other accounts and deleted ones are not found either.',
  },
  route_not_found: {
    status: 404,
    title: 'No such path',
    remedy: 'Look the path up in `/openapi.json`.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  request_timeout: {
    status: 408,
    title: 'Request took too long',
    remedy: 'Send the whole request faster.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    remedy: 'Send a smaller body; `detail` has the limit.',
  },
  event_too_large: {
    status: 413,
    title: 'Event too large',
    remedy: 'Make `data` smaller, for example by sending a link; `detail` has the limit.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    remedy: 'Send `Content-Type: application/json`.',
  },
  validation_failed: {
    status: 422,
    title: 'Validation failed',
    remedy: 'Correct what `errors` lists; it lists everything that was found at once.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    remedy: 'Send a shorter URL and fewer or shorter headers.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    remedy: 'Try again; if it stays, report the `x-request-id` of the answer.',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    remedy:
      'Repeat the request after `Retry-After` seconds; publish with an `event_id`, then repeating is safe.',
  },
  not_ready: {
    status: 503,
    title: 'Not ready',
    remedy: 'Send requests to another sender until this one is ready; `checks` says what it waits for.',
  },
} as const satisfies Readonly<Record<string, ProblemDefinition>>

/** The code of a problem; each one is a heading in docs/errors.md. */
export type ProblemCode = keyof typeof problems

/**
 * What an error answer holds, as `application/problem+json`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export interface Problem {
  /** Where the code is documented. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  /** What is wrong with this very request. */
  readonly detail: string
  /** Each thing that is wrong with the body or the query; only with `validation_failed`. */
  readonly errors?: readonly FieldError[]
  /** Further members belong to one code, such as `checks` to `not_ready`. */
  readonly [member: string]: unknown
}

/** What an answer may carry besides its detail. */
export interface ProblemExtras {
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the document. */
  readonly members?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * Thrown anywhere in a request's handling, it becomes the answer.
 *
 * @example
 * throw new ProblemError('not_found', 'There is no webhook with this id.')
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly headers: Readonly<Record<string, string>>
  readonly #errors: readonly FieldError[] | undefined
  readonly #members: Readonly<Record<string, unknown>>

  /** @param detail one English sentence for the caller; nothing internal, no secret. */
  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, { cause: extras.cause })
    this.code = code
    this.headers = extras.headers ?? {}
    this.#errors = extras.errors
    this.#members = extras.members ?? {}
  }

  get status(): number {
    return problems[this.code].status
  }

  /** The problem document. */
  toProblem(): Problem {
    const { title, status } = problems[this.code]
    return {
      type: problemType(this.code),
      title,
      status,
      code: this.code,
      detail: this.message,
      ...(this.#errors === undefined ? {} : { errors: this.#errors }),
      ...this.#members,
    }
  }
}

/** The URI that identifies a code and leads to its documentation. */
export function problemType(code: ProblemCode): string {
  return `https://github.com/complywise/webhooks/blob/main/docs/errors.md#${code}`
}

/** The media type of every error answer. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

const MAX_ERRORS = 100

/** A 422 that lists everything that was found, cut at 100 so that a hostile body gets no huge answer. */
export function validationFailed(errors: readonly FieldError[]): ProblemError {
  const detail =
    errors.length === 1 ? 'One value is not acceptable.' : `${errors.length} values are not acceptable.`
  return new ProblemError('validation_failed', detail, { errors: errors.slice(0, MAX_ERRORS) })
}

const RETRY_AFTER_SECONDS = 5

/** A 503 that asks to repeat the request soon. */
export function unavailable(detail: string, cause?: unknown): ProblemError {
  const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) }
  return new ProblemError('unavailable', detail, { headers, cause })
}
