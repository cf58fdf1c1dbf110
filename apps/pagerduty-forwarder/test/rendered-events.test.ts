import type { Settings } from '@complywise/forwarder'
import { clockAt } from '@complywise/forwarder/testing'
import type { WebhookEvent } from '@complywise/webhooks'
import { eventFixture } from '@complywise/webhooks/testing'
import { expect, test } from 'vitest'
import { alerts, startBench } from './support/bench.ts'

const eventId = 'a6c3f0de-0000-4000-8000-000000000001'
const scanJobId = '0f8fad5b-d9cb-469f-a165-70867728950e'

const settings: Partial<Settings> = {
  links: {
    control: 'https://app.complywise.example/controls/{framework}/{control_id}',
    scan: 'https://app.complywise.example/scans/{scan_job_id}',
  },
  storm: { controls: 3, windowMs: 60_000 },
  routes: [{ match: {}, to: ['alerts'], owner: 'iam', dueMs: 7 * 86_400_000 }],
}

function control(controlId: string, seconds: number, newStatus = 'failed'): WebhookEvent {
  return eventFixture('compliance.control_failed', {
    event_id: `${eventId.slice(0, -5)}${String(seconds).padStart(5, '0')}`,
    timestamp: clockAt(seconds),
    data: { control_id: controlId, framework: 'SOC 2', previous_status: 'passed', new_status: newStatus },
  })
}

function scan(seconds: number, failed: number, score: number): WebhookEvent {
  const data = { scan_job_id: scanJobId, total_controls: 150, passed: 150 - failed, failed, score }
  return eventFixture('scan.completed', { event_id: eventId, timestamp: clockAt(seconds), data })
}

/** What has happened before, and the event whose rendering is kept; an incident that follows is told in the same way. */
const cases: Readonly<Record<string, readonly WebhookEvent[]>> = {
  'control fails': [control('CC6.1', 0)],
  'control fails still': [control('CC6.1', 0), control('CC6.1', 90_000)],
  'control fails again': [control('CC6.1', 0), control('CC6.1', 3600, 'passed'), control('CC6.1', 90_000)],
  'control fails with an unknown status': [control('CC6.1', 0, 'degraded & <worse>')],
  'control recovers': [control('CC6.1', 0), control('CC6.1', 90_000, 'passed')],
  'storm begins': ['CC1.1', 'CC1.2', 'CC1.3', 'CC1.4'].map((id, index) => control(id, index)),
  'storm grows': ['CC1.1', 'CC1.2', 'CC1.3', 'CC1.4', 'CC1.5'].map((id, index) => control(id, index)),
  'integration is disconnected again': [0, 7200].map((seconds) =>
    eventFixture('integration.disconnected', {
      event_id: `${eventId.slice(0, -5)}${20_000 + seconds}`,
      timestamp: clockAt(seconds),
    }),
  ),
  'scan fails': [
    eventFixture('scan.failed', {
      event_id: eventId,
      timestamp: clockAt(0),
      data: { error: { code: 'provider_timeout', message: 'AWS did not answer within 10 minutes' } },
    }),
  ],
  'scan completes': [
    control('CC6.1', 0),
    { ...scan(3600, 3, 98), event_id: 'a6c3f0de-0000-4000-8000-000000000002' },
    scan(90_000, 8, 94.6),
  ],
  'score falls': [
    eventFixture('compliance.score_changed', {
      event_id: eventId,
      timestamp: clockAt(0),
      data: { framework: 'SOC 2', previous_score: 93.4, new_score: 84.6, scan_job_id: scanJobId },
    }),
  ],
  'evidence for an open control': [
    control('CC6.1', 0),
    eventFixture('evidence.uploaded', {
      event_id: eventId,
      timestamp: clockAt(86_400),
      data: { control_id: 'CC6.1', framework: 'SOC 2' },
    }),
  ],
  'integration is disconnected': [
    eventFixture('integration.disconnected', { event_id: eventId, timestamp: clockAt(0) }),
  ],
}

test.each(Object.entries(cases))('%s reads as it was reviewed', async (name, events) => {
  const { pagerDuty, forward, pass } = await startBench({
    settings,
    targets: { alerts: { ...alerts, clientUrl: 'https://app.complywise.example' } },
  })
  for (const event of events) {
    await forward(event)
    // A storm is told of every ten seconds at most.
    pass(10_000)
  }
  expect(pagerDuty.refusals).toEqual([])
  await expect(JSON.stringify(pagerDuty.requests.at(-1)?.body, null, 2)).toMatchFileSnapshot(
    `rendered/${name.replaceAll(' ', '-')}.json`,
  )
})
