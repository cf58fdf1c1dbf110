import { type Alert, cleanText, type Description, type Severity, truncate } from '@complywise/forwarder'
import type { Mention } from './mention.ts'

/**
 * What a message says of one thing, before it is laid out: kept in the ledger, so that a message that carries several
 * alerts can be laid out again when one of them changes. Cleaned and cut to a size that is worth keeping.
 */
export interface Card extends Description {
  /** Of the alert when the card was told; absent for what has no state. */
  readonly state?: Alert['state']
  /** Of the alert then: the worst one leads a message that several share. */
  readonly severity?: Severity
  /** Timestamp of the newest event that it tells of, RFC 3339. */
  readonly at?: string
  /** Lines that were left out because there are too many. */
  readonly linesLeftOut?: number
  readonly mentions?: readonly Mention[]
}

const kept = {
  headline: 300,
  text: 3000,
  label: 75,
  value: 1000,
  fields: 20,
  line: 2000,
  lines: 200,
  hints: 10,
  url: 3000,
}

/** A card of a description. */
export function toCard(
  description: Description,
  more: { readonly alert?: Alert | undefined; readonly mentions?: readonly Mention[] } = {},
): Card {
  const { headline, tone, summary, fields, lines, hints, link } = description
  const { alert, mentions = [] } = more
  const url = link === undefined ? undefined : httpUrl(link.url)
  return {
    tone,
    headline: truncate(headline, kept.headline),
    summary: truncate(summary, kept.text),
    fields: fields
      .filter(({ label, value }) => value !== '' && !isSaid(label, value, `${headline} ${summary}`))
      .map(({ label, value }) => ({
        label: truncate(label, kept.label),
        value: truncate(value, kept.value),
      }))
      .slice(0, kept.fields),
    lines: lines.slice(0, kept.lines).map((line) => truncate(line, kept.line)),
    ...(lines.length > kept.lines && { linesLeftOut: lines.length - kept.lines }),
    hints: hints.slice(0, kept.hints).map((hint) => truncate(hint, kept.text)),
    ...(link !== undefined &&
      url !== undefined && { link: { label: truncate(link.label, kept.label), url } }),
    ...(alert !== undefined && { state: alert.state, severity: alert.severity, at: alert.lastAt }),
    ...(mentions.length > 0 && { mentions }),
  }
}

/** Whether the headline and the summary have said it: nobody reads `passed → failed` twice. */
function isSaid(label: string, value: string, said: string): boolean {
  return namesOrStates.has(label) && value.split(' → ').every((part) => said.includes(part))
}

const namesOrStates: ReadonlySet<string> = new Set([
  'Control',
  'File',
  'Framework',
  'Integration',
  'Status',
  'Type',
  'Uploaded by',
])

/**
 * The card of an alert that shares a message with the one that changes. Where the ledger knows a newer state than the
 * card tells, because the alert's own update is still on its way, the card says no more than that state.
 */
export function cardOfAlert(card: Card, alert: Alert): Card {
  if (card.state === alert.state) return card
  const name = alert.labels.controlId ?? alert.labels.name ?? alert.labels.provider ?? alert.labels.framework
  const subject = cleanText(name ?? alert.kind, kept.headline)
  const { state, severity } = alert
  return state === 'resolved'
    ? { ...blank, tone: 'recovered', headline: `${subject} recovered`, state, severity }
    : { ...blank, tone: 'failing', headline: `${subject} failing`, state, severity }
}

/** What stands in a shared message in the place of an alert that has a message of its own by now. */
export function movedCard(headline: string): Card {
  return { ...blank, tone: 'info', headline, summary: 'Continues in a message of its own.' }
}

const blank = { summary: '', fields: [], lines: [], hints: [] } as const

/** The address in its normal form if a browser would open it as a page, and if it is short enough for Slack. */
function httpUrl(text: string): string | undefined {
  const url = URL.parse(text.toWellFormed())
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined
  // The one character of Slack's own link syntax that URLs leave as it is.
  const href = url.href.replaceAll('|', '%7C')
  return href.length <= kept.url ? href : undefined
}
