import { z } from 'zod'
import { canonical } from '../domain/correlation-key.ts'
import { linkSchema } from './link-schema.ts'
import { defined, duration, oneOrMany, text } from './schemas.ts'

const dayMs = 86_400_000

const vocabulary = oneOrMany(text(100).transform(canonical))

/** Section `statuses`. */
export const statusesSchema = z
  .strictObject({
    failing: vocabulary
      .prefault(['failed', 'fail', 'failing', 'non_compliant', 'error'])
      .describe('Words for a control that fails. A word in neither list counts as failing.'),
    passing: vocabulary
      .prefault(['passed', 'pass', 'passing', 'compliant'])
      .describe('Words for a control that passes, which resolves its alert.'),
  })
  .refine(({ failing, passing }) => !failing.some((word) => passing.includes(word)), {
    error: 'must not have the same word in both lists',
  })
  .describe('What the statuses of controls mean.')

/** Section `recovery`. */
export const recoverySchema = z
  .strictObject({
    sweep_on_clean_scan: z
      .boolean()
      .default(true)
      .describe(
        'Whether a scan without a failing control resolves every open control; one of fewer controls than are open never does.',
      ),
    scope_guard: z
      .boolean()
      .default(true)
      .describe('Whether only a scan of at least as many controls as each of the eight before it does so.'),
    reopen_window: duration({ maxMs: 3650 * dayMs })
      .prefault('7d')
      .describe('How long after its recovery an alert is reopened instead of a new one opened.'),
    integration_evidence_of_life: z
      .boolean()
      .default(false)
      .describe('Whether a later event that names the integration resolves its alert.'),
    integration_ttl: duration({ minMs: 60_000 })
      .optional()
      .describe('After how long without news the alert of an integration is closed. Never when absent.'),
  })
  .transform(
    ({ sweep_on_clean_scan, scope_guard, reopen_window, integration_evidence_of_life, integration_ttl }) =>
      defined({
        sweepOnCleanScan: sweep_on_clean_scan,
        scopeGuard: scope_guard,
        reopenWindowMs: reopen_window,
        integrationEvidenceOfLife: integration_evidence_of_life,
        integrationTtlMs: integration_ttl,
      }),
  )
  .describe('When an alert is over.')

const percent = z.number().min(0).max(100)

/** Section `score`. */
export const scoreSchema = z
  .strictObject({
    warn_below: percent.default(90).describe('Below this many percent a score is a warning.'),
    critical_below: percent.default(75).describe('Below this many percent a score is critical.'),
    drop: percent.default(5).describe('Points that count as a drop.'),
    hysteresis: percent.default(2).describe('Points above its line at which a band is left again.'),
    ignore_below: percent.default(1).describe('Changes by less than so many points are no news.'),
  })
  .refine(({ warn_below, critical_below }) => critical_below <= warn_below, {
    error: 'must not be above warn_below',
    path: ['critical_below'],
  })
  .refine(({ warn_below, hysteresis }) => warn_below > 100 || warn_below + hysteresis <= 100, {
    error: 'must leave room below 100 above warn_below, or a score could never recover',
    path: ['hysteresis'],
  })
  .transform(({ warn_below, critical_below, drop, hysteresis, ignore_below }) => ({
    warnBelow: warn_below,
    criticalBelow: critical_below,
    drop,
    hysteresis,
    ignoreBelow: ignore_below,
  }))
  .describe('When a score is an alert.')

/** Section `scans`. */
export const scansSchema = z
  .strictObject({
    announce: z
      .enum(['changes', 'always', 'never'])
      .default('changes')
      .describe('Which completed scans are announced; changes: those that differ from the one before.'),
    error_after: z
      .int()
      .min(1)
      .max(1000)
      .default(3)
      .describe('How many failed scans in a row make an error of a warning.'),
  })
  .transform(({ announce, error_after }) => ({ announce, errorAfter: error_after }))
  .describe('What scans are news.')

/** Section `storm`. */
export const stormSchema = z
  .strictObject({
    controls: z
      .int()
      .min(1)
      .max(100_000)
      .default(10)
      .describe('More controls than this that fail within the window are told as one.'),
    window: duration({ minMs: 1000, maxMs: dayMs }).prefault('60s').describe('The window.'),
  })
  .transform(({ controls, window }) => ({ controls, windowMs: window }))
  .describe('Many controls that fail at once.')

/** Section `links`. */
export const linksSchema = z
  .strictObject({
    control: linkSchema(['framework', 'control_id']).describe('Page of a control.'),
    scan: linkSchema(['scan_job_id']).describe('Page of a scan.'),
    score: linkSchema(['framework']).describe('Page of a score.'),
    integration: linkSchema(['integration_id']).describe('Page of an integration.'),
    evidence: linkSchema(['evidence_id', 'control_id', 'framework']).describe(
      'Page of an evidence artifact.',
    ),
  })
  .transform(defined)
  .describe('Pages of ComplyWise to link to, as addresses with {placeholders}.')
