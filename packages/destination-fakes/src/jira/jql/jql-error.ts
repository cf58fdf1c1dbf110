/** A query that Jira answers with 400; the message is Jira's. */
export class JqlError extends Error {
  override readonly name = 'JqlError'

  constructor(message: string, place?: { readonly line: number; readonly character: number }) {
    super(place === undefined ? message : `${message} (line ${place.line}, character ${place.character})`)
  }
}
