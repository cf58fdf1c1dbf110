import type { Faults } from './faults.ts'

/** A request that reached a fake. */
export interface RecordedRequest {
  readonly operation: string
  readonly method: string
  readonly path: string
  /** Milliseconds since 1970 on the clock of the fake. */
  readonly at: number
  /** The body as the service parses it; the query of a request without a body. */
  readonly body: unknown
  /** `undefined` while the request is not answered, and for ever when it never was. */
  readonly status: number | undefined
  /** How the service calls what was wrong; `undefined` for a success. */
  readonly error: string | undefined
  /** The kind of the fault the request got. */
  readonly fault: string | undefined
}

/** A request that broke a documented limit or shape of the service. */
export interface Refusal {
  readonly operation: string
  /** Milliseconds since 1970 on the clock of the fake. */
  readonly at: number
  readonly error: string | undefined
  readonly why: string
}

/** A moment in the life of a request: it was read and nothing happened yet, or its effect is made and not yet answered. */
export interface RequestMoment {
  readonly stage: 'arrived' | 'effect-made'
  readonly request: RecordedRequest
}

/** Called at each moment; the request waits for the promise. */
export type RequestHook = (moment: RequestMoment) => void | Promise<void>

/** What every fake has: an address, faults, and a memory of what it was asked. */
export interface FakeServer {
  /** Scheme, host and port, without a slash at the end. */
  readonly url: string
  readonly faults: Faults
  /** The last 10,000 requests, oldest first, also those that got a fault. */
  readonly requests: readonly RecordedRequest[]
  /** The last 10,000 requests that were refused for their content; rate limits are no refusals, they are answers with 429. */
  readonly refusals: readonly Refusal[]
  /** Replaces the hook that sees every request on arrival and after its effect; `undefined` removes it. */
  onRequest(hook: RequestHook | undefined): void
  /** Cuts every connection and stops listening; may be called twice. */
  close(): Promise<void>
}
