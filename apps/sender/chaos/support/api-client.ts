import { Agent, request } from 'undici'

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number
  /** The JSON of its body. */
  readonly body: unknown
}

/** A caller of the sender's API. Where the sender is may change with every call: it is killed and comes back. */
export interface ApiClient {
  /** Rejects when there was no whole answer: whether the request was carried out is then unknown. */
  call(origin: string, call: ApiCall): Promise<ApiAnswer>
  close(): Promise<void>
}

/** What to call. */
export interface ApiCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** An API key. */
  readonly key: string
  /** Sent as JSON. */
  readonly json?: unknown
}

const TIMEOUT_MS = 30_000

/** A client with connections kept alive. */
export function createApiClient(): ApiClient {
  const agent = new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS })
  return {
    async call(origin, { method, path, key, json }) {
      const { statusCode: status, body } = await request(origin + path, {
        method,
        dispatcher: agent,
        headers: {
          authorization: `Bearer ${key}`,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      })
      return { status, body: await body.json() }
    },
    close: () => agent.destroy(),
  }
}
