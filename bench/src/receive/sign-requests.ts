import { randomUUID } from 'node:crypto'
import { sign } from '../../../packages/webhooks/src/wire/index.ts'

/** What all contenders verify with. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** An event as it arrives. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>
  /** The envelope of a completed scan, 234 bytes. */
  readonly body: Buffer
}

/** Signs `count` events, each with an id of its own, as ComplyWise sends them at this moment. */
export async function signRequests(count: number): Promise<readonly SignedRequest[]> {
  const requests = []
  for (let index = 0; index < count; index++) requests.push(await signRequest())
  return requests
}

async function signRequest(): Promise<SignedRequest> {
  const eventId = randomUUID()
  const attemptedAt = new Date()
  const body = Buffer.from(
    JSON.stringify({
      event: 'scan.completed',
      event_id: eventId,
      timestamp: attemptedAt.toISOString(),
      data: { scan_job_id: randomUUID(), total_controls: 49, passed: 38, failed: 11, score: 77.6 },
    }),
  )
  const signatures = await sign({ eventId, body, attemptedAt, secrets: [SECRET] })
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'user-agent': 'ComplyWise-Webhooks/1.0.0',
    'x-complywise-event': 'scan.completed',
    'x-complywise-delivery': randomUUID(),
    'x-complywise-attempt': '1',
    ...signatures,
    // What octokit looks for: the same HMAC under another name.
    'x-github-event': 'scan.completed',
    'x-github-delivery': eventId,
    'x-hub-signature-256': signatures['x-complywise-signature'],
  }
  // What was put together from pieces is slow to read the first time, and what came over a socket is not.
  return { headers: structuredClone(headers), body }
}
