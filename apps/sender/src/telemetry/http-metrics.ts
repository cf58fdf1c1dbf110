import { Counter, Histogram, type Registry } from 'prom-client'
import type { Api } from '../http/api.ts'
import { DURATION_BUCKETS, PREFIX } from './create-registry.ts'

/** Counts what the API answers, by route as it is declared; every path that is none counts as one. */
export function addHttpMetrics(app: Api, registry: Registry): void {
  const registers = [registry]
  const requests = new Counter({
    name: `${PREFIX}http_requests_total`,
    help: 'Requests that the API answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: `${PREFIX}http_request_duration_seconds`,
    help: 'From a request’s headers to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: DURATION_BUCKETS,
    registers,
  })
  app.addHook('onResponse', async ({ is404, method, routeOptions }, { statusCode, elapsedTime }) => {
    // A client chooses the path, and the method, of what is no route.
    const place = is404 ? { method: 'any', route: 'none' } : { method, route: routeOptions.url ?? 'none' }
    requests.inc({ ...place, status: statusCode })
    durations.observe(place, elapsedTime / 1000)
  })
}
