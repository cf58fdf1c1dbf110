/**
 * An answer other than success, thrown wherever the API finds the reason for it.
 *
 * `errors` is by field, as in Jira's own bodies. `isMalformed` marks what a documented limit or shape refuses whatever the state of
 * the site, which a well-formed client never meets: those are listed in `FakeServer.refusals`.
 */
export class JiraRefusal extends Error {
  override readonly name = 'JiraRefusal'
  readonly status: number
  readonly errorMessages: readonly string[]
  readonly errors: Readonly<Record<string, string>>
  readonly isMalformed: boolean
  /** What was wrong in more words than Jira writes, for `refusals`. */
  readonly why: string

  constructor(
    status: number,
    problem: string | Readonly<Record<string, string>>,
    options: { readonly isMalformed?: boolean; readonly why?: string | undefined } = {},
  ) {
    const errors = typeof problem === 'string' ? {} : problem
    const errorMessages = typeof problem === 'string' ? [problem] : []
    const said = [...errorMessages, ...Object.entries(errors).map(([field, text]) => `${field}: ${text}`)]
    super(said.join(' · '))
    this.status = status
    this.errorMessages = errorMessages
    this.errors = errors
    this.isMalformed = options.isMalformed ?? false
    this.why = options.why === undefined ? this.message : `${this.message} (${options.why})`
  }
}
