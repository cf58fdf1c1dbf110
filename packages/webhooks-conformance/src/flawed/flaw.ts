import {
  createReceiver,
  type Handler,
  type ReceivedRequest,
  type Receiver,
  type ReceiverOptions,
  type Reply,
  type WebhookEvent,
} from '@complywise/webhooks'
import type { ConformanceCheck } from '../conformance-check.ts'
import type { RunningServer } from '../subject.ts'

/** One mistake, and the checks that find it. */
export interface Flaw {
  readonly name: string
  /** The names of the checks that it must fail, `*` standing for any end. It must pass all others. */
  readonly fails: readonly string[]
  /** In place of `createReceiver`. */
  readonly create?: CreateReceiver
  /** In place of the adapter of fetch. */
  readonly webhookHandler?: (receiver: Receiver) => FetchHandler
  /** In place of the server under that adapter. */
  readonly serve?: (answer: FetchHandler) => Promise<RunningServer>
}

/** Which of `checks` a flaw must fail. */
export function checksAgainst(flaw: Flaw, checks: readonly ConformanceCheck[]): readonly string[] {
  const isMeant = (name: string): boolean => flaw.fails.some((pattern) => matches(name, pattern))
  return checks.map(({ name }) => name).filter(isMeant)
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

/** What makes a receiver. */
export type CreateReceiver = (options: ReceiverOptions) => Receiver

/** What answers requests. */
export type FetchHandler = (request: Request) => Promise<Response>

/** Receivers with other options than they were asked to have. */
export function withOptions(change: (options: ReceiverOptions) => Partial<ReceiverOptions>): CreateReceiver {
  return (options) => createReceiver({ ...options, ...change(options) })
}

/** Receivers with something around `receive`. */
export function around(
  receive: (
    request: ReceivedRequest,
    next: (request: ReceivedRequest) => Promise<Reply>,
    receiver: Receiver,
  ) => Promise<Reply>,
): CreateReceiver {
  return (options) => {
    const receiver = createReceiver(options)
    return { ...receiver, receive: (request) => receive(request, (next) => receiver.receive(next), receiver) }
  }
}

/** Receivers that change every reply. */
export function replying(change: (reply: Reply, request: ReceivedRequest) => Reply): CreateReceiver {
  return around(async (request, next) => change(await next(request), request))
}

/** Receivers with something around each of the handlers that are registered with `onAny`. */
export function aroundHandlers(
  wrap: (handler: Handler<WebhookEvent>) => Handler<WebhookEvent>,
): CreateReceiver {
  return (options) => {
    const receiver = createReceiver(options)
    const wrapped: Receiver = {
      ...receiver,
      onAny(handler, handlerOptions) {
        receiver.onAny(wrap(handler), handlerOptions)
        return wrapped
      },
    }
    return wrapped
  }
}

/** The reply that a receiver makes of a word. */
export function replyOf(status: number, word: string): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: word }),
  }
}

/** The reply without one of its headers. */
export function withoutHeader(reply: Reply, name: string): Reply {
  const headers = Object.fromEntries(Object.entries(reply.headers).filter(([key]) => key !== name))
  return { ...reply, headers }
}

/** The body of a request, as the text that it should be. */
export function textOf({ body }: ReceivedRequest): string {
  return ArrayBuffer.isView(body) ? new TextDecoder().decode(body) : ''
}

/** The JSON in the body of a request; `undefined` where there is none. */
export function jsonOf(request: ReceivedRequest): unknown {
  try {
    return JSON.parse(textOf(request))
  } catch {
    return undefined
  }
}
