import type { Readiness } from '@complywise/service'
import { Gauge, type Registry } from 'prom-client'
import { PREFIX } from './create-registry.ts'

/** Shows what `/readyz` would answer, check by check. */
export function addReadinessMetrics(registry: Registry, readiness: Readiness): void {
  registry.registerMetric(
    new Gauge({
      name: `${PREFIX}ready`,
      help: '1 if the check of readiness passes, else 0; /readyz says why.',
      labelNames: ['check'],
      registers: [],
      async collect() {
        const { checks } = await readiness.report()
        for (const [check, { status }] of Object.entries(checks)) this.set({ check }, status === 'ok' ? 1 : 0)
      },
    }),
  )
}
