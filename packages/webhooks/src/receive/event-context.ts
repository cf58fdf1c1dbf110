import type { HeldClaim } from './dedupe-store.ts'
import type { EventAbort } from './event-abort.ts'
import type { HandlerContext, RequestContext } from './handlers.ts'

/** What one handler of an event is told. Its signal is made when somebody looks at it. */
export class EventContext implements HandlerContext {
  readonly deliveryId: string | undefined
  readonly attempt: number | undefined
  readonly secretId: string
  readonly tenant: string | undefined
  readonly handler: string
  readonly claim: HeldClaim | undefined
  declare readonly signal: AbortSignal
  readonly #abort: EventAbort

  // Of the object itself, as `{ ...context }` has to have it, too; and one function for all, which makes it cheap.
  static readonly #signal = {
    enumerable: true,
    get(this: EventContext): AbortSignal {
      return this.#abort.signal
    },
  }

  constructor(request: RequestContext, handler: string, claim: HeldClaim | undefined, abort: EventAbort) {
    this.deliveryId = request.deliveryId
    this.attempt = request.attempt
    this.secretId = request.secretId
    this.tenant = request.tenant
    this.handler = handler
    this.claim = claim
    this.#abort = abort
    Object.defineProperty(this, 'signal', EventContext.#signal)
  }
}
