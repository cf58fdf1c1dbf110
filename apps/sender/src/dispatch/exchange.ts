import type { Agent, Dispatcher } from 'undici'

/** A POST to make. */
export interface OutgoingRequest {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** An answer, read up to a limit. */
export interface IncomingResponse {
  readonly httpStatus: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The start of the body. */
  readonly body: Uint8Array
}

/** A request under way. */
export interface Exchange {
  /** Rejects with the network's error, or with the reason given to {@link Exchange.abort}. */
  readonly response: Promise<IncomingResponse>
  /** Ends it now: a request that was not written yet never will be, one that was loses its connection. */
  abort(reason: Error): void
}

/**
 * Sends a request and reads at most `maxBodyBytes` of the answer; a longer one costs the connection.
 *
 * It uses undici's dispatch interface, because the streams, iterators and signals of its `request` take as much
 * time as the exchange itself.
 */
export function exchange(agent: Agent, request: OutgoingRequest, maxBodyBytes: number): Exchange {
  const { promise: response, resolve, reject } = Promise.withResolvers<IncomingResponse>()
  const url = new URL(request.url)
  const chunks: Uint8Array[] = []
  let controller: Dispatcher.DispatchController | undefined
  let abortedFor: Error | undefined
  let httpStatus = 0
  let headers: IncomingResponse['headers'] = {}
  let size = 0

  function finish(): void {
    resolve({ httpStatus, headers, body: Buffer.concat(chunks).subarray(0, maxBodyBytes) })
  }

  function abort(reason: Error): void {
    abortedFor = reason
    reject(reason)
    controller?.abort(reason)
  }

  const options: Dispatcher.DispatchOptions = {
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'POST',
    headers: request.headers,
    body: request.body,
  }
  agent.dispatch(options, {
    onRequestStart(started) {
      controller = started
      // Aborted while it waited for a connection.
      if (abortedFor !== undefined) started.abort(abortedFor)
    },
    onResponseStart(_controller, status, received) {
      httpStatus = status
      headers = received
    },
    onResponseData(current, chunk) {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size < maxBodyBytes) return
      finish()
      current.abort(new Error('enough of the body was read'))
    },
    onResponseEnd: finish,
    onResponseError: (_controller, error) => reject(error),
  })
  return { response, abort }
}
