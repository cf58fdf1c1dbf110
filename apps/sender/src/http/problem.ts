import { type FieldError, MAX_FIELD_ERRORS } from './field-error.ts'
import { problems } from './problems.ts'

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

/** A 422 that lists everything that was found, up to {@link MAX_FIELD_ERRORS}. */
export function validationFailed(errors: readonly FieldError[]): ProblemError {
  const listed = errors.slice(0, MAX_FIELD_ERRORS)
  return new ProblemError('validation_failed', `${countOf(listed)} not acceptable.`, { errors: listed })
}

function countOf({ length }: readonly FieldError[]): string {
  if (length === 1) return 'One value is'
  return length < MAX_FIELD_ERRORS ? `${length} values are` : `${length} values or more are`
}

const RETRY_AFTER_SECONDS = 5

/** A 503 that asks to repeat the request soon. */
export function unavailable(detail: string, cause?: unknown): ProblemError {
  const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) }
  return new ProblemError('unavailable', detail, { headers, cause })
}
