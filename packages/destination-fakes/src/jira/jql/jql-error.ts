/** A query that Jira answers with 400; the message is Jira's. */
export class JqlError extends Error {
  override readonly name = 'JqlError'
  /** Not JQL on any site, in contrast to a query that names what this site does not have. */
  readonly isMalformed: boolean

  constructor(
    message: string,
    options: {
      readonly at?: { readonly line: number; readonly character: number }
      readonly isMalformed?: boolean
    } = {},
  ) {
    const { at } = options
    super(at === undefined ? message : `${message} (line ${at.line}, character ${at.character})`)
    this.isMalformed = options.isMalformed ?? at !== undefined
  }
}
