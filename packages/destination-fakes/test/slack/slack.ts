import { type WebAPICallResult, LogLevel, WebAPIPlatformError, WebClient } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import { type FakeSlack, type FakeSlackOptions, startFakeSlack } from '../../src/index.ts'

/** The first moment of the clock in these tests, in milliseconds. */
export const start = Date.UTC(2026, 0, 5, 9)

/** A fake Slack that ends with the test, on a clock that moves only when told, and the SDK talking to it. */
export async function slackForTest(
  options: Omit<FakeSlackOptions, 'now'> = {},
): Promise<{ slack: FakeSlack; web: WebClient; pass: (ms: number) => void }> {
  let now = start
  const slack = await startFakeSlack({ ...options, now: () => now })
  onTestFinished(() => slack.close())
  return {
    slack,
    web: clientOf(slack),
    pass(ms) {
      now += ms
    },
  }
}

/** The SDK as a forwarder would build it. */
export function clientOf(slack: FakeSlack, token = 'xoxb-fake'): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5000,
    allowAbsoluteUrls: false,
    logger: silent,
  })
}

/** Posts and returns the `ts`. */
export async function post(web: WebClient, content: Readonly<Record<string, unknown>>): Promise<string> {
  const args: Readonly<Record<string, unknown>> = { channel: 'C0ALERTS', text: 'text', ...content }
  const answer: WebAPICallResult & { readonly ts?: string } = await web.apiCall('chat.postMessage', args)
  return answer.ts ?? ''
}

/** The code of the platform error that a call ends with, or `ok`. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'ok', codeIn)
}

function codeIn(error: unknown): string {
  return error instanceof WebAPIPlatformError ? error.data.error : String(error)
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
}
