import type { ServerResponse } from 'node:http'
import type { ReceivedRequest, UnreadableBody } from '../../receive/request.ts'
import type { RequestHeaders } from '../../wire/headers.ts'

/** A request on a connection, whose `signal` aborts when the client disconnects before the response is sent. */
export class ConnectedRequest implements ReceivedRequest {
  readonly method: string
  readonly headers: RequestHeaders
  readonly url: string | undefined
  readonly body: Uint8Array | UnreadableBody
  declare readonly signal: AbortSignal
  readonly #response: ServerResponse
  #controller: AbortController | undefined

  // Made on demand, as few handlers ask for it. Of the object itself, as `{ ...request }` has to have it, too; and one
  // function for all, which makes it cheap.
  static readonly #signal = {
    enumerable: true,
    get(this: ConnectedRequest): AbortSignal {
      this.#controller ??= abortOnClose(this.#response)
      return this.#controller.signal
    },
  }

  constructor(response: ServerResponse, request: Required<Omit<ReceivedRequest, 'signal'>>) {
    this.method = request.method
    this.headers = request.headers
    this.url = request.url
    this.body = request.body
    this.#response = response
    Object.defineProperty(this, 'signal', ConnectedRequest.#signal)
  }
}

function abortOnClose(response: ServerResponse): AbortController {
  const controller = new AbortController()
  const onClose = (): void => {
    if (!response.writableFinished) controller.abort()
  }
  if (response.closed) onClose()
  else response.on('close', onClose)
  return controller
}
