import { WebhookError } from '../errors.ts'
import type { BoundHandler, HandlerContext, HandlerFailure, HandlerOptions } from './handlers.ts'
import type { ReceivedEvent } from './verify-request.ts'

/** Binds a handler to the events that it was registered for: the call to make, or `undefined` for other events. */
export type Binding = (received: ReceivedEvent) => ((context: HandlerContext) => unknown) | undefined

/** The handlers of a receiver. */
export interface Registry {
  /**
   * Adds a handler.
   *
   * @param kind what it is for; the default name counts the handlers of a kind.
   * @param handler what `binding` calls.
   * @throws {WebhookError} `handler_name_taken`, `option_invalid` when `handler` is no function, or
   * `registration_closed` once `bind` was called.
   */
  add(kind: string, handler: unknown, options: HandlerOptions | undefined, binding: Binding): void
  /**
   * Adds a function that is told of failures.
   *
   * @throws {WebhookError} `registration_closed`.
   */
  addErrorCallback(callback: (failure: HandlerFailure) => unknown): void
  /** The handlers of an event, in the order of registration. */
  bind(received: ReceivedEvent): readonly BoundHandler[]
  /** The functions to tell of failures, in the order of registration. */
  readonly errorCallbacks: readonly ((failure: HandlerFailure) => unknown)[]
}

/** Creates an empty registry. */
export function createRegistry(): Registry {
  const bindings = new Map<string, Binding>()
  const counts = new Map<string, number>()
  const errorCallbacks: ((failure: HandlerFailure) => unknown)[] = []
  let isClosed = false
  return {
    errorCallbacks,
    add(kind, handler, options, binding) {
      assertOpen()
      assertFunction(handler)
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      const name = options?.name ?? `${kind}#${count}`
      if (bindings.has(name)) {
        throw new WebhookError('handler_name_taken', `Two handlers have the name ${name}.`)
      }
      bindings.set(name, binding)
    },
    addErrorCallback(callback) {
      assertOpen()
      assertFunction(callback)
      errorCallbacks.push(callback)
    },
    bind(received) {
      isClosed = true
      const bound: BoundHandler[] = []
      for (const [name, binding] of bindings) {
        const run = binding(received)
        if (run) bound.push({ name, run })
      }
      return bound
    },
  }

  function assertOpen(): void {
    if (!isClosed) return
    const message = 'Register handlers before the first event comes in: this one has already missed events.'
    throw new WebhookError('registration_closed', message)
  }
}

function assertFunction(handler: unknown): void {
  if (typeof handler === 'function') return
  throw new WebhookError('option_invalid', 'The handler is not a function.')
}
