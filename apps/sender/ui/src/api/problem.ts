/** The members of a problem document (RFC 9457) that the page uses. */
interface ProblemDocument {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** The API's stable code; `unreachable` when there was no answer. */
  readonly code: string
  readonly title: string
  readonly detail: string
  /** What is wrong with which field, as JSON pointers. */
  readonly errors?: readonly FieldProblem[]
  readonly retryAfterSeconds?: number | undefined
}

/** What is wrong with one field of a request. */
export interface FieldProblem {
  /** A JSON pointer into the body, such as `/url` or `/events/0`. */
  readonly path: string
  readonly code: string
  readonly detail: string
}

/** What the API refused, or that it could not be reached. */
export class ApiProblem extends Error implements ProblemDocument {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: readonly FieldProblem[]
  readonly retryAfterSeconds: number | undefined

  constructor(document: ProblemDocument) {
    super(`${document.code} (${document.status})`)
    this.status = document.status
    this.code = document.code
    this.title = document.title
    this.detail = document.detail
    this.errors = document.errors ?? []
    this.retryAfterSeconds = document.retryAfterSeconds
  }

  /** Whether the session has ended or was never there. */
  get isSignedOut(): boolean {
    return this.status === 401
  }
}

/** Reads an answer that is no success. A proxy's own answers are no problem documents. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const { status } = response
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const document: unknown = await response.json().catch(() => undefined)
  const members = typeof document === 'object' && document !== null ? { ...document } : {}
  return new ApiProblem({
    status,
    code: textOf(members, 'code') || `http_${status}`,
    title: textOf(members, 'title'),
    detail: textOf(members, 'detail'),
    errors:
      'errors' in members && Array.isArray(members.errors) ? members.errors.flatMap(toFieldProblem) : [],
    ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }),
  })
}

function toFieldProblem(given: unknown): readonly FieldProblem[] {
  if (typeof given !== 'object' || given === null) return []
  const members = { ...given }
  return [{ path: textOf(members, 'path'), code: textOf(members, 'code'), detail: textOf(members, 'detail') }]
}

function textOf(members: object, name: string): string {
  const value: unknown = Object.getOwnPropertyDescriptor(members, name)?.value
  return typeof value === 'string' ? value : ''
}
