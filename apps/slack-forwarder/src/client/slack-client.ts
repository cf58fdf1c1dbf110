import { type FetchFunction, type Logger as SlackLogger, LogLevel, WebClient } from '@slack/web-api'
import { type Dispatcher, fetch } from 'undici'
import { classifyError } from './classify-error.ts'

/** The Web API of one workspace. */
export interface SlackClient {
  /**
   * Calls a method once: no retries, no waiting for rates.
   * @throws {DestinationError}
   */
  call(
    method: SlackMethod,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<SlackAnswer>
}

/** The methods that are called, and nothing else. */
export type SlackMethod =
  | 'auth.test'
  | 'chat.postMessage'
  | 'chat.update'
  | 'conversations.history'
  | 'conversations.info'
  | 'conversations.replies'

/** What Slack answered, not looked into yet. */
export type SlackAnswer = Awaited<ReturnType<WebClient['apiCall']>> & Readonly<Record<string, unknown>>

/** How to reach a workspace. */
export interface SlackClientOptions {
  readonly token: string
  readonly apiUrl: string
  /** Knows the proxies. */
  readonly dispatcher: Dispatcher
}

const longestCallMs = 30_000

/** A client of one workspace. */
export function createSlackClient({ token, apiUrl, dispatcher }: SlackClientOptions): SlackClient {
  return {
    async call(method, args, signal) {
      let status: number | undefined
      let retryAfterMs: number | undefined
      const fetchOnce: FetchFunction = async (url, { body, signal: timeout, ...init } = {}) => {
        if (typeof body !== 'string') throw new TypeError('only form-encoded bodies are sent')
        const signals = timeout === undefined ? [signal] : [signal, timeout]
        const response = await fetch(url, { ...init, body, dispatcher, signal: AbortSignal.any(signals) })
        status = response.status
        retryAfterMs = secondsToMs(response.headers.get('retry-after'))
        return response
      }
      // The SDK has one signal for a whole client; making a client takes less than a tenth of a millisecond.
      const client = new WebClient(token, {
        slackApiUrl: apiUrl,
        fetch: fetchOnce,
        timeout: longestCallMs,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        allowAbsoluteUrls: false,
        // The constructor writes the token into the object it is given: never share one.
        headers: {},
        logger: silent,
      })
      try {
        return { ...(await client.apiCall(method, { ...args })) }
      } catch (error) {
        throw classifyError(error, { method, writes: method.startsWith('chat.'), status, retryAfterMs })
      }
    },
  }
}

function secondsToMs(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : undefined
}

/** Whatever the SDK would log is in the errors as well, and those are logged by whoever handles them. */
const silent: SlackLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}
