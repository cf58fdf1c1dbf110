import { Agent } from 'undici'
import { sign } from '../../../packages/webhooks/src/wire/index.ts'
import { makeBody } from '../verify/make-body.ts'
import { answer } from './actor.ts'

/** A run of the loop. */
export interface BareRun {
  readonly urls: readonly string[]
  readonly count: number
  /** Requests under way at once. */
  readonly concurrency: number
  /** undici's `request`, which everybody uses, or the leaner `dispatch` below it, which the sender uses. */
  readonly through: 'request' | 'dispatch'
}

const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']
const body = makeBody(234)
const agent = new Agent({ connections: 64 })

answer<BareRun, object>(async ({ urls, count, concurrency, through }) => {
  const targets = urls.map((url) => new URL(url))
  let started = 0
  async function run(): Promise<void> {
    while (started < count) {
      const target = targets[started++ % targets.length]!
      const eventId = crypto.randomUUID()
      const headers = {
        'content-type': 'application/json',
        ...(await sign({ eventId, body, attemptedAt: new Date(), secrets })),
      }
      await (through === 'request' ? post(target, headers) : dispatch(target, headers))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, run))
  return {}
})

async function post({ origin, pathname: path }: URL, headers: Record<string, string>): Promise<void> {
  const response = await agent.request({ origin, path, method: 'POST', headers, body })
  await response.body.dump()
}

function dispatch({ origin, pathname: path }: URL, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    agent.dispatch(
      { origin, path, method: 'POST', headers, body },
      {
        onRequestStart: nothing,
        onResponseStart: nothing,
        onResponseData: nothing,
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}

function nothing(): void {
  // undici requires the method.
}
