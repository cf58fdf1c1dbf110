import type { IncomingHttpHeaders } from 'node:http'

/** A request as a fake service sees it: read whole, nothing parsed yet. */
export interface FakeRequest {
  readonly method: string
  /** The path without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What a fake service answers. */
export interface FakeReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; a string is sent as it is, as text unless `headers` say otherwise; `undefined` sends no body. */
  readonly body?: unknown
  /** The code by which the service calls what was wrong, for `RecordedRequest.error`. */
  readonly error?: string
  /**
   * Which documented limit or shape the request broke; lands in `FakeServer.refusals`. Set for content that no retry
   * would heal, so neither for rates nor for what the state or the rights forbid.
   */
  readonly refusedBecause?: string
}

/** One destination: what it does with a request. The server around it adds sockets, records and faults. */
export interface FakeService {
  /** The name of the operation, such as `chat.postMessage`; also for requests that no route takes. */
  operation(request: FakeRequest): string
  /** The body as `RecordedRequest.body` shows it; must not throw. */
  parse(request: FakeRequest): unknown
  /** Checks the request, changes the state and answers. Requests are handled one at a time as far as this is synchronous. */
  handle(request: FakeRequest): FakeReply | Promise<FakeReply>
  /** The service's own 429. */
  rateLimited(retryAfterSeconds: number | undefined): FakeReply
  /** The service's own 503. */
  unavailable(retryAfterSeconds: number | undefined): FakeReply
}
