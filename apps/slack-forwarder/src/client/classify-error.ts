import { DestinationError } from '@complywise/forwarder'
import { WebAPIHTTPError, WebAPIPlatformError } from '@slack/web-api'
import { meaningOf } from './error-codes.ts'

/** What was seen of a call besides the error that the SDK made of it. */
export interface Observation {
  readonly method: string
  /** Whether it could have changed anything. What only reads is never ambiguous. */
  readonly writes: boolean
  /** The HTTP status, once there was an answer: the SDK hides that of a 429 without `Retry-After`. */
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
}

/** What an error of the SDK means for the event that was told. Pure. */
export function classifyError(error: unknown, seen: Observation): DestinationError {
  if (error instanceof DestinationError) return error
  const { method, retryAfterMs } = seen
  const more = { cause: error, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  if (error instanceof WebAPIPlatformError) return refusal(error, seen)
  if (seen.status === 429) {
    return new DestinationError('retry', 'slack_rate_limited', `Slack limits the rate of ${method}.`, more)
  }
  if (error instanceof WebAPIHTTPError) {
    const { statusCode } = error
    const message = `${method} was answered with HTTP ${statusCode}, which Slack itself does not use.`
    if (statusCode >= 500) return unknown(`slack_http_${statusCode}`, message, seen, more)
    return new DestinationError('retry', `slack_http_${statusCode}`, message, more)
  }
  return connectionError(error, seen, more)
}

function refusal(error: WebAPIPlatformError, seen: Observation): DestinationError {
  const { data } = error
  const code: unknown = data.error
  const { method, retryAfterMs } = seen
  // Whatever is not JSON ends up here as the "code": a page of a captive portal, or half an answer.
  if (typeof code !== 'string' || !/^[a-z][a-z0-9_]{0,79}$/.test(code)) {
    const message = `The answer to ${method} is not one of Slack: a proxy may have replaced it, or it was cut off.`
    return unknown('slack_unreadable_answer', message, seen, { cause: undefined })
  }
  const { kind, fix } = meaningOf(code)
  const details = [neededScope(data), ...(data.response_metadata?.messages ?? [])].filter(
    (part) => part !== undefined,
  )
  const message = `Slack refused ${method}: ${code}${details.length > 0 ? ` (${details.join('; ')})` : ''}.`
  const name = code === 'ratelimited' ? 'slack_rate_limited' : `slack_${code}`
  const more = { ...(fix !== undefined && { fix }), ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return kind === 'ambiguous'
    ? unknown(name, message, seen, more)
    : new DestinationError(kind, name, message, more)
}

function neededScope(data: object): string | undefined {
  return 'needed' in data && typeof data.needed === 'string' ? `needs the scope ${data.needed}` : undefined
}

function connectionError(
  error: unknown,
  seen: Observation,
  more: { readonly cause: unknown; readonly retryAfterMs?: number },
): DestinationError {
  const { method } = seen
  const codes = codesOf(error)
  const code = codes.find((known) => certificateCodes.test(known))
  if (code !== undefined) {
    return new DestinationError(
      'operator',
      'slack_certificate_refused',
      `The certificate of Slack or of a proxy was refused: ${code}.`,
      {
        ...more,
        fix: 'If a proxy reads TLS here, name its certificate authority in NODE_EXTRA_CA_CERTS.',
      },
    )
  }
  const [, proxyStatus] = /^Proxy response \((\d+)\)/.exec(rootMessage(error)) ?? []
  if (proxyStatus === '407') {
    return new DestinationError('operator', 'slack_proxy_refused', 'The proxy wants to know who asks.', {
      ...more,
      fix: 'Put the user and the password of the proxy into HTTPS_PROXY: http://user:password@proxy:3128.',
    })
  }
  const unsent = proxyStatus === undefined ? codes.find((known) => neverSent.has(known)) : 'the proxy refused'
  if (unsent !== undefined) {
    const message = `Slack could not be reached for ${method}: ${unsent}.`
    return new DestinationError('retry', 'slack_unreachable', message, more)
  }
  return unknown(
    'slack_no_answer',
    `No answer to ${method} came back: ${codes[0] ?? rootMessage(error)}.`,
    seen,
    more,
  )
}

function unknown(
  code: string,
  message: string,
  { writes }: Observation,
  more: ConstructorParameters<typeof DestinationError>[3],
): DestinationError {
  return new DestinationError(writes ? 'ambiguous' : 'retry', code, message, more)
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/

const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The codes of an error, of its causes, and of the attempts it sums up. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return []
  const own =
    'code' in error && typeof error.code === 'string' && !error.code.startsWith('slack_') ? [error.code] : []
  const attempts = error instanceof AggregateError ? error.errors.flatMap(codesOf) : []
  return [...own, ...attempts, ...codesOf(error.cause)]
}

function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message
}
