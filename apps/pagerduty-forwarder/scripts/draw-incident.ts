import type { Change, Incident } from '@complywise/destination-fakes'
import { drawCard, type Paragraph, type Run } from '@complywise/forwarder/documents'

/** An incident as its newest trigger describes it, as SVG. */
export function drawIncident({ status, summary, severity, log }: Incident, title: string): string {
  const payload = log.flatMap(({ event }) => (event.event_action === 'trigger' ? [event] : [])).at(-1)
  if (payload === undefined) throw new Error('An incident begins with a trigger.')
  const { source, component, group, class: kind, custom_details: details = {} } = payload.payload
  const isHigh = severity === 'critical' || severity === 'error'
  return drawCard(
    [
      {
        runs: [
          { text: statusNames[status], size: 11, color: '#ffffff', tag: statusColors[status] },
          { text: '  ' },
          { text: isHigh ? 'High urgency' : 'Low urgency', size: 11, color: '#57606a', tag: '#eaeef2' },
        ],
        above: 0,
      },
      { runs: [{ text: summary, bold: true, size: 18 }] },
      ...(log.length === 1
        ? []
        : [
            {
              runs: [small(`${log.length} events: ${log.map(({ event }) => event.event_action).join(', ')}`)],
            },
          ]),
      { runs: [small('ALERT')], above: 10 },
      ...rowsOf({ severity, source, component, group, class: kind }),
      { runs: [small('CUSTOM DETAILS')], above: 10 },
      ...rowsOf(details),
      ...(payload.links ?? []).map(({ text, href }) => ({
        runs: [{ text: text ?? href, color: '#1f6feb' }],
        above: 8,
      })),
    ],
    statusColors[status],
    title,
  )
}

/** A change event, as SVG. */
export function drawChange({ event: { payload, links = [] } }: Change, title: string): string {
  return drawCard(
    [
      { runs: [{ text: 'Change event', size: 11, color: '#57606a', tag: '#eaeef2' }], above: 0 },
      { runs: [{ text: payload.summary, bold: true, size: 18 }] },
      ...rowsOf({ source: payload.source }),
      { runs: [small('CUSTOM DETAILS')], above: 10 },
      ...rowsOf(payload.custom_details ?? {}),
      ...links.map(({ text, href }) => ({ runs: [{ text: text ?? href, color: '#1f6feb' }], above: 8 })),
    ],
    '#6e7781',
    title,
  )
}

const statusNames = { triggered: 'Triggered', acknowledged: 'Acknowledged', resolved: 'Resolved' } as const
const statusColors = { triggered: '#c5221f', acknowledged: '#d97706', resolved: '#1a7f37' } as const

function small(text: string): Run {
  return { text, size: 11, color: '#57606a' }
}

function rowsOf(values: Readonly<Record<string, unknown>>): readonly Paragraph[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({
      runs: [
        { text: `${name}: `, color: '#57606a' },
        { text: Array.isArray(value) ? value.join(' · ') : String(value) },
      ],
      above: 2,
    }))
}
