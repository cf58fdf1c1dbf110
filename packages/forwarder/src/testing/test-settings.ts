import type { Settings } from '../config/settings.ts'

/** Settings as an empty file would give them for the instance `acme`, with everything routed to `alerts`. */
export function testSettings(changes: Partial<Settings> = {}): Settings {
  return {
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
    links: {},
    severities: [],
    routing: 'first',
    routes: [{ match: {}, to: ['alerts'] }],
    mutes: [],
    deadlineMs: 8000,
    ...changes,
  }
}
