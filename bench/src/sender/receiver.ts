import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer } from './actor.ts'

/** What the receiver can be asked for. */
export type ReceiverRequest =
  /** To listen at so many more ports. */
  | { readonly listen: number }
  /** To count from zero. */
  | { readonly reset: true }
  /** To answer once it has received so many requests since. */
  | { readonly await: number }

/** Its answer. */
export interface ReceiverResponse {
  /** Where it listens since this request. */
  readonly urls: readonly string[]
  /** Requests received since the count began. */
  readonly received: number
}

let received = 0
let notify = (): void => undefined

answer<ReceiverRequest, ReceiverResponse>(async (request) => {
  if ('listen' in request) return { urls: await listen(request.listen), received }
  if ('reset' in request) received = 0
  if ('await' in request) {
    await new Promise<void>((resolve) => {
      notify = () => received >= request.await && resolve()
      notify()
    })
  }
  return { urls: [], received }
})

/** The least a receiver can do: reads the body, answers 200. */
async function listen(count: number): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer((request, response) => {
        request.resume().on('end', () => {
          response.end('{"status":"processed"}')
          received += 1
          notify()
        })
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens at a port has an address
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`
    }),
  )
}
