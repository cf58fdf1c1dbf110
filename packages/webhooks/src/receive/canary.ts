import { headerNames, readHeader } from '../wire/headers.ts'
import type { ReceivedRequest } from './request.ts'

/** The event type of a self-test: signed like any other, and never handled. */
export const canaryType = 'complywise.self_test'

/** The canaries that are on their way: what to call, by the UUID of each, when it arrives. */
export type Canaries = Map<string, (request: ReceivedRequest) => void>

/**
 * Tells a canary that it has arrived, in whatever state: nothing in it is verified yet. Nobody else can know its UUID.
 *
 * @returns whether `request` is one.
 */
export function takeCanary(canaries: Canaries, request: ReceivedRequest): boolean {
  const { headers, body } = request
  const texts = [
    readHeader(headers, headerNames.delivery),
    readHeader(headers, headerNames.webhookId),
    // What removes headers may leave the body.
    ArrayBuffer.isView(body) ? new TextDecoder().decode(body) : undefined,
  ]
  for (const [id, arrive] of canaries) {
    if (!texts.some((text) => text?.includes(id))) continue
    arrive(request)
    return true
  }
  return false
}
