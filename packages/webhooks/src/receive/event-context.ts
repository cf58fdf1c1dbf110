import type { HeldClaim } from './dedupe-store.ts'
import type { EventAbort } from './event-abort.ts'
import type { HandlerContext, RequestContext } from './handlers.ts'

/** What one handler of an event is told. A class, because its signal is made on demand. */
export class EventContext implements HandlerContext {
  readonly deliveryId: string | undefined
  readonly attempt: number | undefined
  readonly secretId: string
  readonly tenant: string | undefined
  readonly handler: string
  readonly claim: HeldClaim | undefined
  readonly #abort: EventAbort

  constructor(request: RequestContext, handler: string, claim: HeldClaim | undefined, abort: EventAbort) {
    this.deliveryId = request.deliveryId
    this.attempt = request.attempt
    this.secretId = request.secretId
    this.tenant = request.tenant
    this.handler = handler
    this.claim = claim
    this.#abort = abort
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }
}
