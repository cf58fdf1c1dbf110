import type { Action, Alert, Facts, Settings, Severity, Step, StormMember } from '@complywise/forwarder'
import type { WebhookEvent } from '@complywise/webhooks'
import { stepUuid } from '../../src/post/step-uuid.ts'

/** Settings as an empty configuration gives them, with links. */
export const settings: Settings = {
  instance: 'acme',
  statuses: { failing: ['failed'], passing: ['passed'] },
  recovery: {
    sweepOnCleanScan: true,
    scopeGuard: true,
    reopenWindowMs: 7 * 86_400_000,
    integrationEvidenceOfLife: false,
  },
  score: { warnBelow: 90, criticalBelow: 75, drop: 5, hysteresis: 2, ignoreBelow: 1 },
  scans: { announce: 'changes', errorAfter: 3 },
  storm: { controls: 10, windowMs: 60_000 },
  links: { control: 'https://app.complywise.example/controls/{framework}/{control_id}' },
  severities: [],
  routing: 'first',
  routes: [],
  mutes: [],
  deadlineMs: 8000,
}

/** An open alert about a control. */
export function controlAlert(controlId: string, more: Partial<Alert> = {}): Alert {
  return {
    kind: 'control',
    key: `cw:acme:control:soc 2:${controlId.toLowerCase()}`,
    labels: { framework: 'SOC 2', controlId },
    target: 'alerts',
    state: 'open',
    severity: 'error',
    openedAt: '2026-03-01T12:00:00.000Z',
    lastAt: '2026-03-01T12:00:00.000Z',
    lastEventId: 'a6c3f0de-0000-4000-8000-000000000001',
    count: 1,
    ...more,
  }
}

/** A step about an alert. Its id is made of its action, its key and `n`. */
export function stepOf(
  action: Action,
  alert: Alert | undefined,
  facts: Facts,
  more: {
    readonly n?: number
    readonly event?: Readonly<Record<string, string>>
    readonly before?: Alert
    readonly target?: string
  } = {},
): Step {
  const at = alert?.lastAt ?? '2026-03-01T12:00:00.000Z'
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What an event holds does not matter once it was read.
  const event = {
    event: 'compliance.control_failed',
    event_id: 'a6c3f0de-0000-4000-8000-000000000001',
    timestamp: at,
    data: {},
    ...more.event,
  } as WebhookEvent
  return {
    id: stepUuid([action, alert?.key ?? JSON.stringify(facts), String(more.n ?? 0)]),
    event,
    target: more.target ?? 'alerts',
    action,
    alert,
    before: more.before,
    facts,
    open: [],
    decidedAt: at,
  }
}

/** What `compliance.control_failed` says. */
export const failed: Facts = {
  kind: 'control_failed',
  previousStatus: 'passed',
  newStatus: 'failed',
  isUnknownStatus: false,
}

/** What a passing status says. */
const passed: Facts = { kind: 'recovered', proof: 'status', newStatus: 'passed' }

/** Steps of one control, from its first failure to its last recovery. */
export function openStep(controlId = 'CC6.1', more: Partial<Alert> = {}): Step {
  return stepOf('open', controlAlert(controlId, more), failed)
}

/** It fails still. */
export function repeatStep(controlId = 'CC6.1', n = 2, more: Partial<Alert> = {}): Step {
  const lastAt = '2026-03-02T09:30:00.000Z'
  return stepOf('repeat', controlAlert(controlId, { count: n, lastAt, ...more }), failed, { n })
}

/** It passes again. */
export function resolveStep(controlId = 'CC6.1', more: Partial<Alert> = {}): Step {
  const at = '2026-03-04T16:00:00.000Z'
  const alert = controlAlert(controlId, { state: 'resolved', lastAt: at, resolvedAt: at, count: 2, ...more })
  return stepOf('resolve', alert, passed)
}

/** It fails again, soon after it passed. */
export function reopenStep(controlId = 'CC6.1'): Step {
  const at = '2026-03-06T16:00:00.000Z'
  const before = resolveStep(controlId).alert
  const alert = controlAlert(controlId, { openedAt: at, lastAt: at })
  return stepOf('reopen', alert, failed, before === undefined ? {} : { before })
}

/** A storm of `open` failing and `recovered` recovered controls. */
export function stormStep(action: Action, open: number, recovered = 0, severity: Severity = 'error'): Step {
  const at = '2026-03-01T12:00:40.000Z'
  const state = open === 0 ? 'resolved' : 'open'
  return stepOf(
    action,
    {
      ...controlAlert('storm'),
      kind: 'storm',
      key: 'cw:acme:storm:soc 2',
      labels: { framework: 'SOC 2' },
      severity,
      state,
      lastAt: at,
      ...(state === 'resolved' && { resolvedAt: at }),
      count: open + recovered,
      members: [
        ...Array.from({ length: open }, (_, index) => member('open', index)),
        ...Array.from({ length: recovered }, (_, index) => member('resolved', open + index)),
      ],
    },
    open === 0 ? { kind: 'recovered', proof: 'clean_scan' } : { kind: 'storm' },
    { n: open },
  )
}

function member(state: 'open' | 'resolved', index: number): StormMember {
  return {
    key: `cw:acme:control:soc 2:cc${index}`,
    controlId: `CC${Math.floor(index / 10) + 1}.${(index % 10) + 1}`,
    state,
  }
}
