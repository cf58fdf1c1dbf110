import type { Change, Incident, LogEntry } from '@complywise/destination-fakes'
import { type Card, clockWords, countWords, type Screen } from './screen.ts'

/** A service: its incidents with their logs, and its change events. */
export function pagerDutyScreen(incidents: readonly Incident[], changes: readonly Change[]): Screen {
  return {
    title: 'PagerDuty · service “Compliance”',
    count: `${countWords(incidents.length, 'incident')}, ${countWords(changes.length, 'change event')}`,
    cards: [...incidents.map(incidentCard), ...changes.map(changeCard)],
  }
}

function incidentCard({ status, severity, summary, dedupKey, log }: Incident): Card {
  const isHigh = severity === 'critical' || severity === 'error'
  return {
    tone: status === 'resolved' ? 'closed' : 'open',
    headline: `[${status.toUpperCase()}] ${summary}`,
    details: [`Severity: ${severity} (${isHigh ? 'high' : 'low'} urgency) · Key: ${dedupKey}`],
    entries: log.map((entry) => [logLine(entry)]),
  }
}

function logLine({ at, event }: LogEntry): string {
  const words = event.event_action === 'trigger' ? `: ${event.payload.summary}` : ''
  return `${clockWords(at)} ${event.event_action}${words}`
}

function changeCard({ at, event }: Change): Card {
  return {
    tone: 'news',
    headline: `[CHANGE] ${event.payload.summary}`,
    details: [clockWords(at)],
    entries: [],
  }
}
