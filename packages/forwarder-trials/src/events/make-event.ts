import type { Random } from '../run/random.ts'
import { conditionKey } from './condition-key.ts'
import type { Control } from './subjects.ts'
import type { Mark, PlannedEvent } from './trial-event.ts'

/** Makes events of each type, and says what they mean by the rules of the documentation. */
export interface EventMaker {
  controlFailed(control: Control, at: string): PlannedEvent
  controlRecovered(control: Control, at: string): PlannedEvent
  /** A status in neither list counts as failing. */
  controlUnknown(control: Control, at: string): PlannedEvent
  scoreChanged(framework: string | null, score: number, at: string): PlannedEvent
  scanCompleted(counts: ScanCounts, at: string): PlannedEvent
  scanFailed(at: string): PlannedEvent
  integrationDisconnected(name: string, at: string): PlannedEvent
  evidenceUploaded(control: Control | undefined, at: string): PlannedEvent
  /** Of a type that no version knows. */
  unknown(at: string): PlannedEvent
}

/** What a scan has counted. */
export interface ScanCounts {
  readonly total: number
  readonly failed: number
  readonly score: number
  /** Whether it evaluated all there is. */
  readonly isWhole: boolean
}

/** At or above it a score is no alert in trials, which keep clear of the lines. */
const target = 92

/** @param random makes the ids. */
export function createEventMaker(random: Random): EventMaker {
  function make(
    event: string,
    at: string,
    data: Readonly<Record<string, unknown>>,
    marks: readonly Omit<Mark, 'at' | 'eventId'>[] = [],
    more: Pick<PlannedEvent, 'isSweep' | 'news'> = {},
  ): PlannedEvent {
    const event_id = random.uuid()
    return {
      event: { event_id, event, timestamp: at, data },
      marks: marks.map((mark) => ({ ...mark, at, eventId: event_id })),
      ...more,
    }
  }

  function controlEvent(
    { framework, id }: Control,
    at: string,
    status: string,
    says: Mark['says'],
  ): PlannedEvent {
    const data = {
      control_id: id,
      framework,
      previous_status: says === 'fails' ? 'passed' : 'failed',
      new_status: status,
    }
    return make('compliance.control_failed', at, data, [
      { key: conditionKey('control', framework, id), says },
    ])
  }

  return {
    controlFailed: (control, at) => controlEvent(control, at, 'failed', 'fails'),
    controlRecovered: (control, at) => controlEvent(control, at, 'passed', 'holds'),
    controlUnknown: (control, at) => controlEvent(control, at, 'degraded', 'fails'),
    scoreChanged(framework, score, at) {
      const data = { framework, previous_score: 92, new_score: score, scan_job_id: null }
      const key = conditionKey('score', framework ?? 'overall')
      return make('compliance.score_changed', at, data, [{ key, says: score < target ? 'fails' : 'holds' }])
    },
    scanCompleted({ total, failed, score, isWhole }, at) {
      const data = {
        scan_job_id: random.uuid(),
        total_controls: total,
        passed: total - failed,
        failed,
        score,
        duration_seconds: 240,
      }
      return make(
        'scan.completed',
        at,
        data,
        [
          { key: conditionKey('scan'), says: 'holds' },
          { key: conditionKey('score', 'overall'), says: score < target ? 'fails' : 'holds' },
        ],
        { isSweep: isWhole && failed === 0 },
      )
    },
    scanFailed: (at) =>
      make(
        'scan.failed',
        at,
        {
          scan_job_id: random.uuid(),
          error: { code: 'provider_timeout', message: 'AWS did not answer within 10 minutes.' },
          started_at: at,
        },
        [{ key: conditionKey('scan'), says: 'fails' }],
      ),
    integrationDisconnected: (name, at) =>
      make(
        'integration.disconnected',
        at,
        {
          integration_id: name,
          provider: 'okta',
          name,
          reason: { code: 'token_expired', message: 'The API token has expired.' },
          last_connected_at: at,
          affected_controls: [],
        },
        [{ key: conditionKey('integration', name), says: 'fails' }],
      ),
    evidenceUploaded(control, at) {
      const file = `evidence-${random.between(1e8, 1e9)}.pdf`
      const data = {
        evidence_id: random.uuid(),
        control_id: control?.id ?? null,
        framework: control?.framework ?? null,
        file_name: file,
        content_type: 'application/pdf',
        size_bytes: 482_133,
        uploaded_by: 'ann@acme.example',
      }
      return make('evidence.uploaded', at, data, [], { news: file })
    },
    unknown(at) {
      const policy = `policy-${random.between(1e8, 1e9)}`
      return make('policy.published', at, { policy }, [], { news: policy })
    },
  }
}
