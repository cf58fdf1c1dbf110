import type { Happening } from './happenings.ts'

/** The part of the sender's API that the demo uses. */
export interface ApiClient {
  createSubscription(subscription: NewSubscription): Promise<{ readonly id: string }>
  publish(
    happening: Pick<Happening, 'event' | 'data' | 'timestamp'>,
  ): Promise<{ readonly event_id: string; readonly delivery_count: number }>
  listDeliveries(): Promise<readonly Delivery[]>
  getDelivery(id: string): Promise<DeliveryDetail>
  redeliver(id: string): Promise<Delivery>
}

/** What a subscription is made with. */
export interface NewSubscription {
  readonly url: string
  readonly events: readonly string[]
  readonly description: string
  readonly secret: string
  /** One delivery at a time, in the order in which events were published. */
  readonly is_ordered: boolean
}

/** A line of the Delivery Log. */
export interface Delivery {
  readonly id: string
  readonly subscription_id: string
  readonly event: string
  readonly event_id: string
  /** The delivery that this one repeats. */
  readonly redelivery_of: string | null
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled'
  readonly created_at: string
  readonly completed_at: string | null
}

/** A delivery with its attempts. */
export interface DeliveryDetail extends Delivery {
  readonly attempts: readonly Attempt[]
}

/** One request of a delivery. */
export interface Attempt {
  readonly number: number
  readonly started_at: string
  /** `succeeded`, or a code such as `http_500`. */
  readonly outcome: string
  readonly duration_ms: number
  readonly response_body: string | null
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
    createSubscription: (subscription) => call('POST', '/api/webhooks', subscription),
    publish: ({ event, data, timestamp }) => call('POST', '/api/events', { event, data, timestamp }),
    listDeliveries: async () =>
      (await call<{ readonly data: readonly Delivery[] }>('GET', '/api/deliveries?limit=100')).data,
    getDelivery: (id) => call('GET', `/api/deliveries/${id}`),
    redeliver: (id) => call('POST', `/api/deliveries/${id}/redeliver`),
  }
}
