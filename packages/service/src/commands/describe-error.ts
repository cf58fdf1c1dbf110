/** An error with its causes, as one line for whoever called a command. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // What cannot be connected to on several addresses has an empty message.
  const [first] = error instanceof AggregateError ? error.errors : []
  if (first !== undefined) return describeError(first)
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`
}
