import type { Readiness } from '@complywise/service'
import { Gauge, type Registry } from 'prom-client'
import type { Engine } from '../engine/engine.ts'
import type { LedgerReader } from '../ledger/ledger.ts'
import type { DestinationWatch } from '../serve/destination-watch.ts'
import { metricPrefix } from './metric-prefix.ts'

/** What gauges look at. */
export interface ObservedState {
  readonly ledger: Pick<LedgerReader, 'counts' | 'memory'>
  readonly engine: Pick<Engine, 'operatorActions'>
  readonly watch: Pick<DestinationWatch, 'failures'> | undefined
  readonly readiness: Readiness
}

/** Adds the gauges of what is open and unfinished; looked at when the metrics are asked for. */
export function addStateMetrics(
  registry: Registry,
  { ledger, engine, watch, readiness }: ObservedState,
): void {
  gauge(registry, 'open_alerts', 'Alerts that are open, by target and kind.', ['target', 'kind'], (self) => {
    for (const { target, kind, count } of ledger.counts().openAlerts) self.set({ target, kind }, count)
  })
  gauge(registry, 'held_steps', 'What waits for the end of quiet hours or of a mute.', [], (self) => {
    self.set(ledger.counts().held)
  })
  gauge(registry, 'pending_steps', 'What is decided and not told yet, without what is held.', [], (self) => {
    self.set(ledger.counts().pending)
  })
  gauge(registry, 'dead_steps', 'What can never be told as it is, until it is replayed.', [], (self) => {
    self.set(ledger.counts().dead)
  })
  gauge(registry, 'unfinished_events', 'Events with something left to do that is not held.', [], (self) => {
    self.set(ledger.counts().unfinishedEvents)
  })
  const lastScan = 'Unix time of the newest scan that completed; absent before the first.'
  gauge(registry, 'last_scan_timestamp_seconds', lastScan, [], (self) => {
    const newest = Math.max(...ledger.memory().scans.map(({ at }) => Date.parse(at)))
    if (Number.isFinite(newest)) self.set(newest / 1000)
    else self.remove()
  })
  gauge(
    registry,
    'operator_action_required',
    '1 while the destination refuses something until somebody acts; /readyz on this port says what to do. Without a target where the check has found it.',
    ['target', 'code'],
    (self) => {
      for (const { target, code } of engine.operatorActions()) self.set({ target, code }, 1)
      for (const { code } of watch?.failures() ?? []) self.set({ target: '', code }, 1)
    },
  )
  gauge(registry, 'ready', '1 if the check of readiness passes, else 0.', ['check'], async (self) => {
    const { checks } = await readiness.report()
    for (const [check, { status }] of Object.entries(checks)) self.set({ check }, status === 'ok' ? 1 : 0)
  })
}

function gauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  collect: (self: Gauge) => void | Promise<void>,
): void {
  registry.registerMetric(
    new Gauge({
      name: `${metricPrefix}${name}`,
      help,
      labelNames: [...labelNames],
      registers: [],
      collect() {
        // What is not there any more must not be shown as it was.
        if (labelNames.length > 0) this.reset()
        return collect(this)
      },
    }),
  )
}
