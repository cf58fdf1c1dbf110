import type { Client, Dispatcher } from 'undici'

/** A request to make. */
export interface OutgoingRequest {
  readonly method: 'POST' | 'HEAD'
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** An answer, read up to a limit. */
export interface IncomingResponse {
  readonly httpStatus: number
  /** Those that are asked for, unless they are there twice. */
  readonly retryAfter: string | undefined
  readonly location: string | undefined
  /** The start of the body, as it came: neither decoded nor decompressed. */
  readonly body: Uint8Array
  /** Whether that is all of it, so that the connection can be used again. */
  readonly isWhole: boolean
}

/** A request under way. */
export interface Exchange {
  /** Rejects with the network's error, or with the reason given to {@link Exchange.abort}. */
  readonly response: Promise<IncomingResponse>
  /** By `performance.now()`; absent until then. */
  readonly timing: { sentAt?: number; firstByteAt?: number; headAt?: number }
  /** Ends it now: a request that was not written yet never will be, one that was loses its connection. */
  abort(reason: Error): void
}

/**
 * Sends a request and reads at most `maxBodyBytes` of the answer; a longer one costs the connection.
 *
 * It uses undici's dispatch interface, because the streams, iterators and signals of its `request` take as much
 * time as the exchange itself.
 *
 * @param refuse asked right before the request is written; with a reason, it is not, and the exchange rejects with it.
 */
export function exchange(
  client: Client,
  request: OutgoingRequest,
  maxBodyBytes: number,
  refuse: () => Error | undefined = never,
): Exchange {
  const { promise: response, resolve, reject } = Promise.withResolvers<IncomingResponse>()
  const timing: Exchange['timing'] = {}
  const body = createBuffer(maxBodyBytes)
  let controller: Dispatcher.DispatchController | undefined
  let abortedFor: Error | undefined
  let httpStatus = 0
  let retryAfter: string | undefined
  let location: string | undefined

  function finish(isWhole: boolean): void {
    resolve({ httpStatus, retryAfter, location, body: body.bytes(), isWhole })
  }

  function abort(reason: Error): void {
    abortedFor = reason
    reject(reason)
    controller?.abort(reason)
  }

  const options: Dispatcher.DispatchOptions = {
    path: request.path,
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
  }
  client.dispatch(options, {
    onRequestStart(started) {
      controller = started
      // It may have been aborted while it waited for its turn.
      const reason = abortedFor ?? refuse()
      if (reason === undefined) timing.sentAt = performance.now()
      else abort(reason)
    },
    onResponseStarted() {
      // Called for informational answers too.
      timing.firstByteAt ??= performance.now()
    },
    onResponseStart(_controller, status, received) {
      if (status < 200) return
      timing.headAt = performance.now()
      httpStatus = status
      retryAfter = single(received['retry-after'])
      location = single(received['location'])
    },
    onResponseData(current, chunk) {
      if (body.append(chunk)) return
      finish(false)
      current.abort(new Error('enough of the body was read'))
    },
    onResponseEnd: () => finish(true),
    onResponseError: (_controller, error) => reject(error),
  })
  return { response, timing, abort }
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function never(): undefined {}

interface LimitedBuffer {
  /** Whether there is room for more. */
  append(chunk: Uint8Array): boolean
  bytes(): Uint8Array
}

/**
 * Copies, because each chunk is a view of all that was read with it: an answer of thousands of chunks of one byte would
 * hold thousands of objects, and the memory behind them.
 */
function createBuffer(maxBytes: number): LimitedBuffer {
  let bytes = Buffer.alloc(0)
  let length = 0
  return {
    append(chunk) {
      const end = Math.min(maxBytes, length + chunk.byteLength)
      if (end > bytes.byteLength) {
        const larger = Buffer.allocUnsafeSlow(Math.min(maxBytes, Math.max(end, 2 * bytes.byteLength)))
        larger.set(bytes.subarray(0, length))
        bytes = larger
      }
      bytes.set(chunk.subarray(0, end - length), length)
      length = end
      return length < maxBytes
    },
    bytes: () => bytes.subarray(0, length),
  }
}
