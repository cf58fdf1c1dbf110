import { randomUUID } from 'node:crypto'
import type { WebhookEvent } from '@complywise/webhooks'
import { eventFixture, unknownEventFixture } from '@complywise/webhooks/testing'
import type { Settings } from '../../src/config/settings.ts'
import type { Alert } from '../../src/domain/alert.ts'
import { controlKey, stormKey } from '../../src/domain/correlation-key.ts'
import { decide, sweepRecovery } from '../../src/domain/decide.ts'
import type { Deciding, DecidedStep, Decision, SingleReading } from '../../src/domain/decision.ts'
import type { Facts } from '../../src/domain/facts.ts'
import { interpret } from '../../src/domain/interpret.ts'
import { emptyMemory, type Memory } from '../../src/domain/memory.ts'
import type { Reading } from '../../src/domain/reading.ts'
import type { Step } from '../../src/domain/step.ts'

type Overrides = {
  readonly [Section in keyof Settings]?: Settings[Section] extends readonly unknown[]
    ? Settings[Section]
    : Settings[Section] extends object
      ? Partial<Settings[Section]>
      : Settings[Section]
}

export const DAY_MS = 24 * 60 * 60 * 1000

/** The defaults, with parts of sections replaced. */
export function settingsWith(overrides: Overrides = {}): Settings {
  const { statuses, recovery, score, scans, storm, links, ...rest } = overrides
  return {
    instance: 'acme',
    statuses: {
      failing: ['failed', 'fail', 'failing', 'non_compliant', 'error'],
      passing: ['passed', 'pass', 'passing', 'compliant'],
      ...statuses,
    },
    recovery: {
      sweepOnCleanScan: true,
      scopeGuard: true,
      reopenWindowMs: 7 * DAY_MS,
      integrationEvidenceOfLife: false,
      ...recovery,
    },
    score: { warnBelow: 90, criticalBelow: 75, drop: 5, hysteresis: 2, ignoreBelow: 1, ...score },
    scans: { announce: 'changes', errorAfter: 3, ...scans },
    storm: { controls: 10, windowMs: 60_000, ...storm },
    links: { ...links },
    severities: [],
    routing: 'first',
    routes: [],
    mutes: [],
    deadlineMs: 8000,
    ...rest,
  }
}

export const settings = settingsWith()

/** The instant that many minutes after noon of a day. */
export function minute(minutes: number): string {
  return new Date(Date.parse('2026-03-01T12:00:00.000Z') + minutes * 60_000).toISOString()
}

export function controlFailed(at: string, controlId = 'CC6.1', newStatus = 'failed', framework = 'SOC 2') {
  const data = { control_id: controlId, framework, previous_status: 'passed', new_status: newStatus }
  return eventFixture('compliance.control_failed', { timestamp: at, data })
}

export function scanCompleted(at: string, failed = 0, total = 150, score = 95) {
  const data = { total_controls: total, failed, passed: total - failed, score }
  return eventFixture('scan.completed', { timestamp: at, data })
}

export function scanFailed(at: string) {
  return eventFixture('scan.failed', { timestamp: at })
}

export function scoreChanged(
  at: string,
  newScore: number,
  previousScore = 95,
  framework: string | null = 'SOC 2',
) {
  const data = { framework, new_score: newScore, previous_score: previousScore, scan_job_id: null }
  return eventFixture('compliance.score_changed', { timestamp: at, data })
}

export function unknownEvent(at: string, type: string, data: Record<string, unknown>) {
  return { ...unknownEventFixture(), event: type, timestamp: at, data }
}

function identity(at: string) {
  return { event_id: randomUUID(), timestamp: at }
}

export const failedFacts: Facts = {
  kind: 'control_failed',
  previousStatus: 'passed',
  newStatus: 'failed',
  isUnknownStatus: false,
}

export function controlSubject(controlId = 'CC6.1', framework = 'SOC 2') {
  return {
    kind: 'control',
    key: controlKey(settings, framework, controlId),
    labels: { framework, controlId },
  } as const
}

export function problem(controlId = 'CC6.1'): Extract<Reading, { kind: 'problem' }> {
  return { kind: 'problem', subject: controlSubject(controlId), severity: 'warning', facts: failedFacts }
}

export function recovery(
  controlId = 'CC6.1',
  facts: Facts = { kind: 'recovered', proof: 'status' },
): SingleReading {
  return { kind: 'recovery', subject: controlSubject(controlId), facts }
}

/** What a decision depends on, for CC6.1 at a target that knows nothing, with parts replaced. */
export function deciding(reading: SingleReading, at: string, known: Partial<Deciding> = {}): Deciding {
  return {
    reading,
    event: identity(at),
    target: 'alerts',
    alert: undefined,
    storm: undefined,
    recentOpenings: 0,
    cleanScanAt: undefined,
    settings,
    severity: 'warning',
    owner: undefined,
    dueMs: undefined,
    ...known,
  }
}

/** An open alert of a control that the destination has. */
export function openAlert(at: string, parts: Partial<Alert> = {}): Alert {
  return {
    ...controlSubject(),
    target: 'alerts',
    state: 'open',
    severity: 'warning',
    openedAt: at,
    lastAt: at,
    lastEventId: randomUUID(),
    count: 1,
    remote: { ts: 'of the first message' },
    ...parts,
  }
}

export function resolvedAlert(openedAt: string, resolvedAt: string, parts: Partial<Alert> = {}): Alert {
  return { ...openAlert(openedAt), state: 'resolved', resolvedAt, lastAt: resolvedAt, ...parts }
}

/** A step for describing, with what the engine adds. */
export function stepOf(event: WebhookEvent, decided: DecidedStep, open: readonly Alert[] = []): Step {
  const { action, alert, before, facts } = decided
  const decidedAt = new Date(event.timestamp).toISOString()
  return { id: randomUUID(), event, target: 'alerts', action, alert, before, facts, open, decidedAt }
}

/** One target and its memory: takes events as an engine does, with a clock that the test moves. */
export function createTarget(settings: Settings) {
  const alerts = new Map<string, Alert>()
  const openedAt = new Map<string, number>()
  const steps: Step[] = []
  let memory: Memory = emptyMemory
  let now = 0

  function decideOne(event: WebhookEvent, reading: SingleReading): Decision {
    const subject = 'subject' in reading ? reading.subject : undefined
    const isControl = subject?.kind === 'control'
    const recentOpenings = [...openedAt].filter(
      ([key, at]) => key !== subject?.key && now - at < settings.storm.windowMs,
    ).length
    const decision = decide({
      reading,
      event,
      target: 'alerts',
      alert: subject && alerts.get(subject.key),
      storm: isControl ? alerts.get(stormKey(settings, subject.labels.framework ?? '')) : undefined,
      recentOpenings,
      cleanScanAt: memory.cleanScanAt,
      settings,
      severity: 'severity' in reading ? reading.severity : 'info',
      owner: undefined,
      dueMs: undefined,
    })
    for (const alert of decision.alerts) {
      const wasOpen = alerts.get(alert.key)?.state === 'open'
      if (alert.kind === 'control' && alert.state === 'open' && !wasOpen) openedAt.set(alert.key, now)
      alerts.set(alert.key, alert)
    }
    for (const step of decision.steps) {
      steps.push(
        stepOf(
          event,
          step,
          [...alerts.values()].filter(({ state }) => state === 'open'),
        ),
      )
      const told = step.key === undefined ? undefined : alerts.get(step.key)
      if (told !== undefined)
        alerts.set(told.key, { ...told, remote: told.remote ?? { message: steps.length } })
    }
    return decision
  }

  return {
    alerts,
    steps,
    take(event: WebhookEvent): readonly Decision[] {
      const interpretation = interpret(event, memory, settings, () =>
        [...alerts.values()].filter(({ kind, state }) => kind === 'control' && state === 'open'),
      )
      memory = interpretation.memory
      return interpretation.readings.flatMap((reading) =>
        reading.kind === 'sweep'
          ? [...alerts.values()]
              .filter(({ kind, state }) => kind === 'control' && state === 'open')
              .map((alert) => decideOne(event, sweepRecovery(reading, alert)))
          : [decideOne(event, reading)],
      )
    },
    /** What a person says. */
    say(reading: SingleReading, at: string): Decision {
      return decideOne(unknownEvent(at, 'forwarder.resolved', {}), reading)
    },
    pass(ms: number) {
      now += ms
    },
    memory: () => memory,
  }
}
