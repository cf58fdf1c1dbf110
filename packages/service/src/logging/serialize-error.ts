/** An error as it is logged. */
export interface SerializedError {
  readonly type: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  /** What the error was caused by. */
  readonly cause?: SerializedError
  /** What an `AggregateError` gathered. */
  readonly errors?: readonly SerializedError[]
}

/** Causes further down are dropped; a chain this long is a loop. */
const maxDepth = 8

/**
 * Turns whatever was thrown into what the log keeps of it.
 *
 * Only the fields above are taken: drivers hang the failing statement's values on their errors.
 */
export function serializeError(thrown: unknown): SerializedError {
  return serialize(thrown, maxDepth)
}

function serialize(thrown: unknown, depth: number): SerializedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: String(thrown) }
  const code = 'code' in thrown ? thrown.code : undefined
  return {
    type: thrown.name,
    message: thrown.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(thrown.cause === undefined || depth === 1 ? {} : { cause: serialize(thrown.cause, depth - 1) }),
    ...(thrown instanceof AggregateError && depth > 1
      ? { errors: thrown.errors.map((error: unknown) => serialize(error, depth - 1)) }
      : {}),
  }
}
