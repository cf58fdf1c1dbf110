/** The part of the sender's API that the demo uses. */
export interface ApiClient {
  createSubscription(
    url: string,
    events: readonly string[],
  ): Promise<{ readonly id: string; readonly secret: string }>
  publish(
    event: string,
    data: object,
  ): Promise<{ readonly event_id: string; readonly delivery_count: number }>
  listDeliveries(): Promise<readonly Delivery[]>
  getDelivery(id: string): Promise<DeliveryDetail>
}

/** A line of the Delivery Log. */
export interface Delivery {
  readonly id: string
  readonly subscription_id: string
  readonly event: string
  readonly event_id: string
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled'
  readonly created_at: string
  readonly completed_at: string | null
}

/** A delivery with its attempts. */
export interface DeliveryDetail extends Delivery {
  readonly attempts: readonly {
    readonly number: number
    readonly outcome: string
    readonly duration_ms: number
  }[]
}

/** A client for one API key. Whatever is not a 2xx answer is thrown, with the problem's detail. */
export function createApiClient(baseUrl: string, key: string): ApiClient {
  async function call<Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok)
      throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The API's own tests check its answers.
    return (await response.json()) as Answer
  }

  return {
    createSubscription: (url, events) => call('POST', '/api/webhooks', { url, events }),
    publish: (event, data) => call('POST', '/api/events', { event, data }),
    listDeliveries: async () =>
      (await call<{ readonly data: readonly Delivery[] }>('GET', '/api/deliveries?limit=100')).data,
    getDelivery: (id) => call('GET', `/api/deliveries/${id}`),
  }
}
