import type { Alert, Step } from '@complywise/forwarder'
import {
  controlAlert,
  failed,
  openStep,
  reopenStep,
  repeatStep,
  resolveStep,
  stepOf,
  stormStep,
} from './steps.ts'

const scan = { at: '2026-03-04T16:00:00.000Z', total: 150, passed: 142, failed: 8, score: 94.6 }
const scanAlert: Alert = {
  ...controlAlert('-'),
  kind: 'scan',
  key: 'cw:acme:scan',
  labels: {},
  severity: 'warning',
}
const scoreAlert: Alert = {
  ...controlAlert('-'),
  kind: 'score',
  key: 'cw:acme:score:soc 2',
  labels: { framework: 'SOC 2' },
  severity: 'warning',
}
const integrationAlert: Alert = {
  ...controlAlert('-'),
  kind: 'integration',
  key: 'cw:acme:integration:okta-1',
  labels: { integrationId: 'okta-1', provider: 'okta', name: 'Okta production' },
  severity: 'warning',
}

/** One step of each kind that people see, by what it shows. */
export const everyStep: Readonly<Record<string, Step>> = {
  'control fails': openStep('CC6.1', { owner: 'iam', dueAt: '2026-03-08T12:00:00.000Z' }),
  'control fails still': repeatStep(),
  'control recovers': resolveStep('CC6.1', { owner: 'iam', dueAt: '2026-03-08T12:00:00.000Z' }),
  'control fails again': reopenStep(),
  'control fails with an unknown status': stepOf('open', controlAlert('CC6.1'), {
    kind: 'control_failed',
    previousStatus: 'passed',
    newStatus: 'degraded & <worse>',
    isUnknownStatus: true,
  }),
  'late event': stepOf('late', resolveStep().alert, failed, {
    event: { timestamp: '2026-03-01T11:00:00.000Z' },
  }),
  'evidence for an open control': stepOf(
    'note',
    controlAlert('CC6.1', { lastAt: '2026-03-02T12:00:00.000Z' }),
    {
      kind: 'evidence_uploaded',
      evidenceId: 'ev-1',
      fileName: 'access_review_*Q1*.pdf',
      contentType: 'application/pdf',
      sizeBytes: 482_113,
      uploadedBy: 'ann@acme.example',
      controlId: 'CC6.1',
      framework: 'SOC 2',
    },
  ),
  'evidence for nothing that is open': stepOf('announce', undefined, {
    kind: 'evidence_uploaded',
    fileName: 'pentest.pdf',
    uploadedBy: 'ann@acme.example',
  }),
  'storm begins': stormStep('open', 11),
  'storm of 500 controls': stormStep('progress', 480, 20),
  'storm of 120 controls': stormStep('progress', 107, 13),
  'storm is over': stormStep('resolve', 0, 12),
  'scan fails': stepOf('open', scanAlert, {
    kind: 'scan_failed',
    code: 'provider_timeout',
    message: 'AWS did not answer within 10 minutes',
    consecutive: 1,
  }),
  'scan completes': stepOf('announce', undefined, {
    kind: 'scan_completed',
    scan,
    history: [
      { ...scan, at: '2026-03-02T16:00:00.000Z', passed: 149, failed: 1, score: 99.3 },
      { ...scan, at: '2026-03-03T16:00:00.000Z', passed: 147, failed: 3, score: 98 },
    ],
    isPartial: false,
  }),
  'score falls': stepOf('open', scoreAlert, {
    kind: 'score_changed',
    framework: 'SOC 2',
    previousScore: 93.4,
    newScore: 84.6,
    band: 'warning',
    previousBand: 'ok',
    isDrop: true,
  }),
  'integration is disconnected': stepOf('open', integrationAlert, {
    kind: 'integration_disconnected',
    code: 'token_expired',
    message: 'The API token has expired',
    lastConnectedAt: '2026-02-28T23:10:00.000Z',
    affectedControls: [
      { controlId: 'CC6.1', framework: 'SOC 2' },
      { controlId: 'CC6.2', framework: 'SOC 2' },
    ],
    affectedCount: 2,
  }),
  'unknown event': stepOf(
    'announce',
    undefined,
    { kind: 'unknown', data: '{"policy":"Access control","version":7}' },
    { event: { event: 'policy.published', event_id: 'b7c3f0de-0000-4000-8000-000000000002' } },
  ),
}
