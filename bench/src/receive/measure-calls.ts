import { createReceiver, type ReceivedRequest, type Receiver } from '../../../packages/webhooks/src/index.ts'
import { memoryStore } from '../../../packages/webhooks/src/stores/memory/index.ts'
import { type Contender, measureInTurns, type Round } from '../rounds.ts'
import { SECRET, signRequests } from './sign-requests.ts'
import { verifyByHand } from './verify-by-hand.ts'

/** What every call is relative to. */
export const bareCall = 'bare HMAC and JSON.parse'

interface CallRequest extends ReceivedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

interface Call {
  readonly name: string
  /** Handles one request; `false` when it was refused. */
  readonly call: (request: CallRequest) => boolean | Promise<boolean>
  /** Without the Standard Webhooks headers, and so with one HMAC instead of two. */
  readonly isPlain?: boolean
}

/** Processor microseconds of each call in each round of `count` requests, all of new events. */
export function measureCalls(rounds: number, count: number): Promise<readonly Round<number>[]> {
  return measureInTurns(
    calls().map((call) => toContender(call, count)),
    rounds,
  )
}

function calls(): readonly Call[] {
  const remembering = makeReceiver(true)
  const forgetting = makeReceiver(false)
  return [
    { name: bareCall, call: receiveByHand },
    { name: 'receiver.verify()', call: async (request) => (await forgetting.verify(request)).verified },
    { name: 'receiver.receive(), no store', call: (request) => receive(forgetting, request) },
    { name: 'receiver.receive()', call: (request) => receive(remembering, request) },
    {
      name: 'receiver.receive(), one signature',
      call: (request) => receive(remembering, request),
      isPlain: true,
    },
  ]
}

function toContender({ name, call, isPlain = false }: Call, count: number): Contender<number> {
  return {
    name,
    async measure() {
      const requests = (await signRequests(count)).map(({ headers, body }) => ({
        method: 'POST',
        headers: isPlain ? withoutTrio(headers) : headers,
        body,
        url: '/webhooks',
      }))
      const before = process.cpuUsage()
      for (const request of requests) {
        const result = call(request)
        // Those that are synchronous are called as such.
        const isAccepted = typeof result === 'boolean' ? result : await result
        if (!isAccepted) throw new Error(`${name} refused a request.`)
      }
      const { user, system } = process.cpuUsage(before)
      return (user + system) / count
    },
  }
}

function makeReceiver(remembers: boolean): Receiver {
  const store = remembers && memoryStore({ onEvict: () => undefined })
  return createReceiver({ secret: SECRET, store }).on('scan.completed', async () => undefined)
}

async function receive(receiver: Receiver, request: CallRequest): Promise<boolean> {
  return (await receiver.receive(request)).status === 200
}

function receiveByHand({ headers, body }: CallRequest): boolean {
  if (!verifyByHand(body, headers['x-complywise-signature'])) return false
  return JSON.parse(body.toString()) !== undefined
}

function withoutTrio(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('webhook-')))
}
