import { Counter, Histogram, type Registry } from 'prom-client'
import type { DeliveryQueue } from '../store/delivery-queue.ts'
import { BATCH_BUCKETS, DURATION_BUCKETS, PREFIX } from './create-registry.ts'

/** A queue that does what `queue` does, and tells how long its statements took and how much each of them handled. */
export function measureQueue(queue: DeliveryQueue, registry: Registry): DeliveryQueue {
  const registers = [registry]
  const durations = new Histogram({
    name: `${PREFIX}queue_operation_duration_seconds`,
    help: 'Duration of the dispatcher’s statements: claim, settle, extend, release, find_waiting_lanes.',
    labelNames: ['operation'],
    buckets: DURATION_BUCKETS,
    registers,
  })
  const sizes = new Histogram({
    name: `${PREFIX}queue_operation_deliveries`,
    help: 'Deliveries that one statement claimed, settled, extended or released.',
    labelNames: ['operation'],
    buckets: BATCH_BUCKETS,
    registers,
  })
  const failures = new Counter({
    name: `${PREFIX}queue_operation_failures_total`,
    help: 'Statements of the dispatcher that failed; each is tried again.',
    labelNames: ['operation'],
    registers,
  })

  async function measure<Result>(
    operation: string,
    run: () => Promise<Result>,
    sizeOf?: (result: Result) => number,
  ): Promise<Result> {
    const startedAt = performance.now()
    try {
      const result = await run()
      if (sizeOf !== undefined) sizes.observe({ operation }, sizeOf(result))
      return result
    } catch (error) {
      failures.inc({ operation })
      throw error
    } finally {
      durations.observe({ operation }, (performance.now() - startedAt) / 1000)
    }
  }

  return {
    claim: (lanes, leaseMs) =>
      measure(
        'claim',
        () => queue.claim(lanes, leaseMs),
        ({ deliveries }) => deliveries.length,
      ),
    settle: (settlements) =>
      measure(
        'settle',
        () => queue.settle(settlements),
        () => settlements.length,
      ),
    extend: (leases, leaseMs) =>
      measure(
        'extend',
        () => queue.extend(leases, leaseMs),
        () => leases.length,
      ),
    release: (leases) =>
      measure(
        'release',
        () => queue.release(leases),
        () => leases.length,
      ),
    findWaitingLanes: () => measure('find_waiting_lanes', () => queue.findWaitingLanes()),
  }
}
