import { Agent } from 'undici'
import { sign } from '../../../packages/webhooks/src/wire/index.ts'

const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']
const agent = new Agent({ connections: 64 })

/** Where to send, and what; what a job of a minimal sender holds. */
export interface Delivery {
  readonly url: string
  readonly eventId: string
  readonly body: string
}

/** Signs and posts with undici's `request`, as a minimal sender would; throws unless the answer is 2xx. */
export async function signedPost({ url, eventId, body }: Delivery): Promise<void> {
  const { origin, pathname: path } = new URL(url)
  const headers = {
    'content-type': 'application/json',
    ...(await sign({ eventId, body: Buffer.from(body), attemptedAt: new Date(), secrets })),
  }
  const response = await agent.request({ origin, path, method: 'POST', headers, body })
  await response.body.dump()
  if (response.statusCode >= 300) throw new Error(`The endpoint answered ${response.statusCode}.`)
}
