import { type Alert, type Description, defined, type Step } from '@complywise/forwarder'
import type { JiraTarget } from '../target.ts'
import { labelOf } from './labels.ts'
import { fillPlaceholders, type PlaceholderValues } from './placeholders.ts'
import { oneLine } from './plain-text.ts'
import { renderDocument } from './render-document.ts'

/** What a step is rendered from. */
export interface Told {
  readonly step: Step
  readonly description: Description
  readonly instance: string
}

/** An issue that is to be created. */
export interface IssueDraft {
  /** As Jira takes them, without the assignee. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Account id or e-mail address. */
  readonly assignee: string | undefined
}

/** The longest summary that Jira takes. */
const maxSummaryLength = 255

/** The longest text that a single-line field takes. */
const maxTextFieldLength = 255

/**
 * The issue that `target` has for what a step opens.
 *
 * @param searchLabel the label by which it is found again.
 */
export function renderIssue(told: Told, alert: Alert, target: JiraTarget, searchLabel: string): IssueDraft {
  const values = placeholderValues(told)
  const due = dueDate(alert, target)
  const priority = target.priority[alert.severity]
  return {
    fields: {
      ...filledFields(target.fields, values),
      project: reference(target.project, 'key'),
      issuetype: reference(target.issueType, 'name'),
      summary: renderSummary(told, alert, target),
      description: renderDescription(told),
      labels: renderLabels(alert, target, searchLabel),
      ...defined({
        priority: priority === undefined ? undefined : reference(priority, 'name'),
        duedate: due,
        components:
          target.components.length === 0
            ? undefined
            : target.components.map((component) => reference(component, 'name')),
        parent: target.parent === undefined ? undefined : reference(target.parent, 'key'),
      }),
    },
    assignee: assigneeOf(alert, target),
  }
}

/** The priority that an issue has at the severity of `alert`, as Jira takes it. */
export function renderPriority(alert: Alert, target: JiraTarget): Readonly<Record<string, unknown>> {
  const priority = target.priority[alert.severity]
  return priority === undefined ? {} : { priority: reference(priority, 'name') }
}

/** The description of an issue. */
export function renderDescription({ step, description, instance }: Told) {
  return renderDocument(description, { footer: footerOf(step, instance), hasHeadline: false })
}

/** Where a text comes from, as its small print. */
export function footerOf({ event }: Step, instance: string): string {
  return `ComplyWise · ${instance} · event ${event.event_id} · ${event.timestamp}`
}

/**
 * Values of fields with their placeholders filled in; those that nothing is known for are left out. A text with
 * placeholders is cut to what a single-line field takes; one inside a document is not.
 */
export function filledFields(
  fields: Readonly<Record<string, unknown>>,
  values: PlaceholderValues,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields)
      .map(([id, template]) => [id, singleLine(template, fillPlaceholders(template, values))] as const)
      .filter(([, value]) => value !== undefined),
  )
}

/** What placeholders stand for in a step. */
export function placeholderValues({ step, description, instance }: Told): PlaceholderValues {
  const { alert, event } = step
  const labels = alert?.labels ?? {}
  return defined({
    headline: shown(titleOf(step) ?? description.headline),
    summary: shown(description.summary),
    framework: shown(labels.framework),
    control_id: shown(labels.controlId),
    integration_id: shown(labels.integrationId),
    provider: shown(labels.provider),
    severity: alert?.severity,
    owner: shown(alert?.owner),
    kind: alert?.kind,
    key: alert?.key,
    instance,
    event: shown(event.event),
    event_id: shown(event.event_id),
    timestamp: event.timestamp,
    due: alert?.dueAt?.slice(0, 10),
    link: description.link?.url,
  })
}

function renderSummary(told: Told, alert: Alert, target: JiraTarget): string {
  const { framework, controlId } = alert.labels
  const { summary: template = '' } = target
  const isFor = controlId !== undefined || !template.includes('{control_id}')
  const given = isFor ? fillPlaceholders(template, placeholderValues(told)) : undefined
  const fallback =
    alert.kind === 'control' && framework !== undefined && controlId !== undefined
      ? `[${framework}] ${controlId} failing`
      : (titleOf(told.step) ?? told.description.headline)
  const summary = oneLine(typeof given === 'string' && given !== '' ? given : fallback, maxSummaryLength)
  return summary === '' ? `ComplyWise ${alert.kind}` : summary
}

/** An issue keeps its summary, and when a storm begins nobody knows how many controls it will have. */
function titleOf({ alert }: Step): string | undefined {
  if (alert?.kind !== 'storm') return undefined
  const { framework } = alert.labels
  return `Many controls failing at once${framework ? ` · ${framework}` : ''}`
}

function renderLabels(
  { labels: { framework, controlId } }: Alert,
  target: JiraTarget,
  searchLabel: string,
): readonly string[] {
  const given = [framework, controlId, ...target.labels].flatMap((label) =>
    label === undefined ? [] : (labelOf(label) ?? []),
  )
  return [...new Set(['complywise', ...given, searchLabel])]
}

function assigneeOf({ owner }: Alert, target: JiraTarget): string | undefined {
  if (owner === undefined) return target.assignee
  const known = Object.hasOwn(target.owners, owner) ? target.owners[owner] : undefined
  return known ?? (/^[^\s@]+@[^\s@]+$/.test(owner) ? owner : target.assignee)
}

function dueDate(alert: Alert, target: JiraTarget): string | undefined {
  const withinMs = target.dueMs[alert.kind] ?? target.dueMs[alert.severity]
  const openedAt = Date.parse(alert.openedAt)
  const at = alert.dueAt ?? (withinMs === undefined ? undefined : instantOf(openedAt + withinMs))
  return at?.slice(0, 10)
}

function instantOf(ms: number): string | undefined {
  return Number.isNaN(ms) || Math.abs(ms) > 8.64e15 ? undefined : new Date(ms).toISOString()
}

function reference(value: string, name: 'key' | 'name'): Readonly<Record<string, string>> {
  return /^\d+$/.test(value) ? { id: value } : { [name]: value }
}

function shown(value: string | undefined): string | undefined {
  return value === undefined ? undefined : oneLine(value, 500)
}

function singleLine(template: unknown, filled: unknown): unknown {
  return typeof filled === 'string' && filled !== template ? oneLine(filled, maxTextFieldLength) : filled
}
