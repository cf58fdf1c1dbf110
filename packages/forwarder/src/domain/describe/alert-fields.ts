import type { Alert } from '../alert.ts'
import type { Description } from '../description.ts'
import type { Labels } from '../subject.ts'
import { instantWords, timeBetween } from '../words.ts'

type Fields = Description['fields']

/** A field, or none where there is nothing to say. */
export function field(label: string, value: string | undefined): Fields {
  return value === undefined || value === '' ? [] : [{ label, value }]
}

/**
 * What is said of every open alert: how bad, since when, how often, whose, due when. It is read long after it was written,
 * so nothing in it is counted from now.
 */
export function openFields(alert: Alert): Fields {
  return [
    ...field('Severity', alert.severity),
    ...field('Since', instantWords(alert.openedAt)),
    ...field('Reported', alert.count > 1 ? `${alert.count} times` : undefined),
    ...field('Owner', alert.owner),
    ...field('Due', alert.dueAt && instantWords(alert.dueAt)),
  ]
}

/** What is said of every alert that is over: from when to when, how long, whose, whether in time. */
export function resolvedFields(alert: Alert): Fields {
  const resolvedAt = alert.resolvedAt ?? alert.lastAt
  return [
    ...field('Open from', instantWords(alert.openedAt)),
    ...field('Until', instantWords(resolvedAt)),
    ...field('Open for', timeBetween(alert.openedAt, resolvedAt)),
    ...field('Reported', alert.count > 1 ? `${alert.count} times` : undefined),
    ...field('Owner', alert.owner),
    ...field('Due', alert.dueAt && metWords(alert.dueAt, resolvedAt)),
  ]
}

/** `CC6.1`. */
export function controlName({ controlId }: Labels): string {
  return controlId === undefined || controlId === '' ? 'A control without an id' : controlId
}

/** `CC6.1 of SOC 2`. */
export function controlWords(labels: Labels): string {
  return labels.framework ? `${controlName(labels)} of ${labels.framework}` : controlName(labels)
}

/** ` · SOC 2`, to end a headline with. */
export function inFramework({ framework }: Labels): string {
  return framework ? ` · ${framework}` : ''
}

/** `AWS production`. */
export function integrationName({ name, provider, integrationId }: Labels): string {
  return name || provider || integrationId || 'An integration'
}

/** `SOC 2 score`. */
export function scoreName({ framework }: Labels): string {
  return framework ? `${framework} score` : 'Overall score'
}

function metWords(dueAt: string, resolvedAt: string): string {
  return Date.parse(dueAt) < Date.parse(resolvedAt)
    ? `${instantWords(dueAt)}, missed by ${timeBetween(dueAt, resolvedAt)}`
    : `${instantWords(dueAt)}, met`
}
