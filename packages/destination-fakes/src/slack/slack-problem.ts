/** Why Slack does not do what it was asked; thrown by the methods and answered as `ok: false`. */
export class SlackProblem extends Error {
  override readonly name = 'SlackProblem'
  /** Slack's code, such as `channel_not_found`. */
  readonly code: string
  /** What the answer says beside the code. */
  readonly detail: Readonly<Record<string, unknown>>
  /** Which documented limit or shape was broken; see `FakeReply.refusedBecause`. */
  readonly refusedBecause: string | undefined

  constructor(code: string, detail: Readonly<Record<string, unknown>> = {}, refusedBecause?: string) {
    super(code)
    this.code = code
    this.detail = detail
    this.refusedBecause = refusedBecause
  }
}

/** The request itself is malformed; `complaints` are in Slack's own words. */
export function malformed(code: string, complaints: readonly string[]): SlackProblem {
  const detail = {
    errors: complaints,
    response_metadata: { messages: complaints.map((complaint) => `[ERROR] ${complaint}`) },
  }
  return new SlackProblem(code, complaints.length === 0 ? {} : detail, [code, ...complaints].join('; '))
}

/** Too many requests; answered as 429. */
export class SlackRateLimited extends Error {
  override readonly name = 'SlackRateLimited'
  /** Whole seconds, as Slack gives them. */
  readonly retryAfterSeconds: number

  constructor(waitMs: number) {
    super('ratelimited')
    this.retryAfterSeconds = Math.ceil(waitMs / 1000)
  }
}
