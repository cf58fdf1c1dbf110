import type { ReceivedRequest } from './request.ts'

/**
 * The signal of the handlers of one event. It is made when the first of them asks for it: most never do, and making and
 * linking it would be the dearest part of a request.
 */
export class EventAbort {
  readonly #request: ReceivedRequest
  readonly #shutdown: AbortSignal | undefined
  readonly #unlinks: (() => void)[] = []
  #controller: AbortController | undefined
  #loss: { readonly reason: unknown } | undefined
  #hasEnded = false

  constructor(request: ReceivedRequest, shutdown: AbortSignal | undefined) {
    this.#request = request
    this.#shutdown = shutdown
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal
    const controller = new AbortController()
    this.#controller = controller
    if (this.#loss) controller.abort(this.#loss.reason)
    for (const source of [this.#request.signal, this.#shutdown]) this.#link(source, controller)
    return controller.signal
  }

  /** Whether the claim was lost. */
  get isLost(): boolean {
    return this.#loss !== undefined
  }

  /** Aborts because the claim was lost. */
  abort(reason: unknown): void {
    this.#loss = { reason }
    this.#controller?.abort(reason)
  }

  /** Lets go of the signals that it follows: one of them may live as long as the process. */
  end(): void {
    this.#hasEnded = true
    for (const unlink of this.#unlinks) unlink()
  }

  #link(source: AbortSignal | undefined, controller: AbortController): void {
    const abort = (): void => controller.abort(source?.reason)
    if (source?.aborted) abort()
    // Asked for by what outlives its event: nobody would unlink it.
    if (this.#hasEnded) return
    source?.addEventListener('abort', abort)
    this.#unlinks.push(() => source?.removeEventListener('abort', abort))
  }
}
