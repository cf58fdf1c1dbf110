import { createReadiness } from '@complywise/service'
import { emptyMemory } from '../domain/memory.ts'
import { addStateMetrics } from '../telemetry/add-state-metrics.ts'
import { createMetrics } from '../telemetry/create-metrics.ts'
import { metricAdvice } from './metric-advice.ts'

/**
 * Every metric of a forwarder's own as a Markdown table.
 *
 * @throws {Error} when nothing says what to do about one of them, or something does about one that is not there.
 */
export function metricsTable(): string {
  const { registry } = createMetrics('forwarder', () => 0)
  addStateMetrics(registry, {
    ledger: { counts: nothingCounted, memory: () => emptyMemory },
    engine: { operatorActions: () => [] },
    watch: undefined,
    readiness: createReadiness(),
  })
  const metrics = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('forwarder_'))
  const unknown = Object.keys(metricAdvice).filter((name) => !metrics.some((metric) => metric.name === name))
  if (unknown.length > 0) throw new Error(`There is no metric ${unknown.join(', ')}.`)
  const rows = metrics.map((metric) => {
    const advice = metricAdvice[metric.name]
    if (advice === undefined) throw new Error(`Nothing says what to do about the metric ${metric.name}.`)
    return `| \`${metric.name}\` | ${kindOf(metric)} | ${metric.help} | ${advice} |`
  })
  return ['| Metric | Type, labels | Meaning | What to do |', '|---|---|---|---|', ...rows, ''].join('\n')
}

function nothingCounted(): never {
  throw new Error('Nobody asks for the values.')
}

function kindOf(metric: object): string {
  const kind = metric.constructor.name.toLowerCase()
  const labels = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : []
  return [kind, ...labels.map((label) => `\`${String(label)}\``)].join(' ')
}
