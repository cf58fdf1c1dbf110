import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import { deliveryDetailAnswer } from '../../src/api/delivery-detail-schemas.ts'
import { deliveryPage } from '../../src/api/delivery-schemas.ts'
import type { ApiClient } from './api-client.ts'

/** A line of the Delivery Log, as the API answers it. */
export type LoggedDelivery = z.output<typeof deliveryPage>['data'][number]

/** An attempt in the Delivery Log. */
export type LoggedAttempt = z.output<typeof deliveryDetailAnswer>['attempts'][number]

/** The Delivery Log of one account, read through the API. */
export interface DeliveryLog {
  /** Waits until nothing is pending, at most `ms`; whatever is pending then is for the reader of the log to find. */
  settle(ms: number): Promise<void>
  /** Every delivery. */
  deliveries(): Promise<readonly LoggedDelivery[]>
  /** The attempts of one delivery, in order. */
  attempts(deliveryId: string): Promise<readonly LoggedAttempt[]>
}

const POLL_MS = 100

/** The Delivery Log that the sender at `origin` answers for the account of `key`. */
export function openDeliveryLog(api: ApiClient, origin: string, key: string): DeliveryLog {
  async function get(path: string): Promise<unknown> {
    const { status, body } = await api.call(origin, { method: 'GET', path, key })
    if (status !== 200) throw new Error(`GET ${path} was answered ${status}: ${JSON.stringify(body)}`)
    return body
  }

  return {
    async settle(ms) {
      const deadline = Date.now() + ms
      while (Date.now() < deadline) {
        const page = deliveryPage.parse(await get('/api/deliveries?status=pending&limit=1'))
        if (page.data.length === 0) return
        await delay(POLL_MS)
      }
    },
    async deliveries() {
      const all: LoggedDelivery[] = []
      let cursor = ''
      for (;;) {
        const page = deliveryPage.parse(await get(`/api/deliveries?limit=100${cursor}`))
        all.push(...page.data)
        if (page.next_cursor === null) return all
        cursor = `&cursor=${page.next_cursor}`
      }
    },
    async attempts(deliveryId) {
      return deliveryDetailAnswer.parse(await get(`/api/deliveries/${deliveryId}`)).attempts
    },
  }
}
