import { type Alert, severities, type Severity } from '@complywise/forwarder'
import { z } from 'zod'

/** What the ledger keeps of an alert's incident. */
export interface PagerDutyRemote {
  /** PagerDuty resolves an incident only for the routing key that has triggered it, and says nothing otherwise. */
  readonly routingKey: string
  readonly dedupKey: string
  /** What PagerDuty was told last. */
  readonly severity: Severity
  /** The instant of the alert that it was told of last, RFC 3339. */
  readonly toldAt: string
  /** Of a storm: of how many controls it was told. */
  readonly members?: number | undefined
}

const remoteSchema = z.object({
  routingKey: z.string(),
  dedupKey: z.string(),
  severity: z.enum(severities),
  toldAt: z.string(),
  members: z.number().optional(),
})

/** What the ledger has of an alert in PagerDuty. */
export function remoteOf(alert: Alert | undefined): PagerDutyRemote | undefined {
  return remoteSchema.safeParse(alert?.remote).data
}

/**
 * Whether PagerDuty, which was told `told`, has to hear of the alert as it is: nothing of it is there, it is worse, it was last
 * told of that long ago, or a storm has twice as many controls.
 *
 * An integration that is disconnected again was connected in between, of which ComplyWise sends no event: somebody may have
 * resolved its incident in PagerDuty, so it is always told.
 */
export function isNews(alert: Alert, told: PagerDutyRemote | undefined, repeatIntervalMs: number): boolean {
  if (told === undefined || alert.kind === 'integration') return true
  if (severities.indexOf(alert.severity) < severities.indexOf(told.severity)) return true
  if (Date.parse(alert.lastAt) - Date.parse(told.toldAt) >= repeatIntervalMs) return true
  return (alert.members?.length ?? 0) >= 2 * (told.members ?? Infinity)
}
