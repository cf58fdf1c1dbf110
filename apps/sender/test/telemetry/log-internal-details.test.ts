import { createLogger } from '@complywise/service'
import { expect, test } from 'vitest'
import { logInternalDetails } from '../../src/telemetry/log-internal-details.ts'
import { claimedDelivery } from '../dispatch/support/claimed-delivery.ts'

test('what only the operator may read of an attempt is logged, each text once in a while', () => {
  const logger = createLogger({ name: 'test', level: 'silent' })
  const lines: unknown[] = []
  logger.warn = (line: unknown) => lines.push(line)
  let now = 0
  const observer = logInternalDetails(logger, () => now)
  const delivery = claimedDelivery('https://example.com/')
  const end = (operatorDetail?: string): void => {
    const result = { outcome: 'internal', startedAt: new Date(), durationMs: 1 } as const
    observer.attempting?.(delivery)?.({ ...result, ...(operatorDetail && { operatorDetail }) })
  }
  for (const detail of ['the proxy is down', undefined, 'the proxy is down', 'another']) end(detail)
  now = 200_000
  end('the proxy is down')
  expect(lines).toMatchObject(
    ['the proxy is down', 'another', 'the proxy is down'].map((detail) => ({
      detail,
      delivery_id: delivery.id,
      subscription_id: delivery.subscriptionId,
    })),
  )
})
