/** The command was called wrongly: the process exits with 2. The message is for the person who called it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
