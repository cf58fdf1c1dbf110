import type { WebhookEvent } from '@complywise/webhooks'

/** Names of the pictures that every app has, with the events that lead to what each shows. */
export const exampleEvents = {
  'control-failed': [control('CC6.1', 'failed', '2026-03-02T09:00:00.000Z')],
  'control-failed-again': [
    control('CC6.1', 'failed', '2026-03-02T09:00:00.000Z'),
    control('CC6.1', 'error', '2026-03-03T09:00:00.000Z'),
  ],
  'control-recovered': [
    control('CC6.1', 'failed', '2026-03-02T09:00:00.000Z'),
    evidence('2026-03-04T15:30:00.000Z'),
    control('CC6.1', 'passed', '2026-03-05T13:00:00.000Z'),
  ],
  'scan-completed': [
    scan(142, '2026-03-01T06:00:00.000Z'),
    control('CC6.1', 'failed', '2026-03-02T06:00:00.000Z'),
    scan(141, '2026-03-02T06:10:00.000Z'),
  ],
  'scan-failed': [
    example('scan.failed', '2026-03-02T06:00:00.000Z', {
      scan_job_id: '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11',
      error: { code: 'provider_unavailable', message: 'AWS did not answer for 15 minutes.' },
    }),
  ],
  'score-changed': [
    example('compliance.score_changed', '2026-03-02T06:00:00.000Z', {
      framework: 'SOC 2',
      previous_score: 93.2,
      new_score: 86.4,
    }),
  ],
  'integration-disconnected': [
    example('integration.disconnected', '2026-03-02T09:00:00.000Z', {
      integration_id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
      provider: 'aws',
      name: 'AWS production',
      reason: { code: 'credentials_revoked', message: 'The role ComplyWiseAudit was deleted.' },
      last_connected_at: '2026-03-01T23:10:00.000Z',
      affected_controls: [
        { control_id: 'CC6.1', framework: 'SOC 2' },
        { control_id: 'CC6.6', framework: 'SOC 2' },
      ],
    }),
  ],
  'evidence-uploaded': [evidence('2026-03-02T15:30:00.000Z')],
  storm: Array.from({ length: 14 }, (_, index) =>
    control(
      `CC${6 + Math.floor(index / 8)}.${(index % 8) + 1}`,
      'failed',
      `2026-03-02T09:00:${10 + index}.000Z`,
    ),
  ),
  'unknown-event': [
    example('vendor.assessed', '2026-03-02T09:00:00.000Z', { name: 'Example GmbH', result: 'high_risk' }),
  ],
} as const satisfies Readonly<Record<string, readonly WebhookEvent[]>>

/** A picture's name. */
export type ExampleName = keyof typeof exampleEvents

function control(controlId: string, newStatus: string, timestamp: string): WebhookEvent {
  return example('compliance.control_failed', timestamp, {
    control_id: controlId,
    framework: 'SOC 2',
    previous_status: newStatus === 'passed' ? 'failed' : 'passed',
    new_status: newStatus,
  })
}

function scan(passed: number, timestamp: string): WebhookEvent {
  return example('scan.completed', timestamp, {
    scan_job_id: '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11',
    total_controls: 150,
    passed,
    failed: 150 - passed,
    score: Math.round((1000 * passed) / 150) / 10,
  })
}

function evidence(timestamp: string): WebhookEvent {
  return example('evidence.uploaded', timestamp, {
    evidence_id: '0195a3c2-aaaa-7a41-b3c5-1f2e3d4c5b6a',
    control_id: 'CC6.1',
    framework: 'SOC 2',
    file_name: 'access-review-2026-q1.pdf',
    content_type: 'application/pdf',
    size_bytes: 482_133,
    uploaded_by: 'mira@acme.example',
  })
}

/** The same id for the same event, so that the same pictures come of it. */
function example(event: string, timestamp: string, data: Readonly<Record<string, unknown>>): WebhookEvent {
  const digits = timestamp.replaceAll(/\D/g, '').slice(2, 14)
  const suffix = String(JSON.stringify(data).length).padStart(4, '0')
  return { event, event_id: `0195a3c2-${suffix}-7000-8000-${digits}`, timestamp, data }
}
