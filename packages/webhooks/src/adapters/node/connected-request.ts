import type { ServerResponse } from 'node:http'
import type { ReceivedRequest, UnreadableBody } from '../../receive/request.ts'
import type { RequestHeaders } from '../../wire/headers.ts'

/** A request on a connection, whose `signal` aborts when the client disconnects before the response is sent. */
export class ConnectedRequest implements ReceivedRequest {
  readonly method: string
  readonly headers: RequestHeaders
  readonly url: string
  readonly body: Uint8Array | UnreadableBody
  readonly #response: ServerResponse
  #controller: AbortController | undefined

  constructor(response: ServerResponse, request: Required<Omit<ReceivedRequest, 'signal'>>) {
    this.method = request.method
    this.headers = request.headers
    this.url = request.url
    this.body = request.body
    this.#response = response
  }

  // Made on demand: few handlers ask for it, and it would be the dearest part of this adapter.
  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal
    const controller = new AbortController()
    const response = this.#response
    const onClose = (): void => {
      if (!response.writableFinished) controller.abort()
    }
    if (response.closed) onClose()
    else response.on('close', onClose)
    this.#controller = controller
    return controller.signal
  }
}
