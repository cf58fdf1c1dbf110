import { DestinationError } from '@complywise/forwarder'
import type { Complaints } from '../client/jira-api.ts'
import { textDocument } from '../render/adf.ts'
import { plainText } from '../render/plain-text.ts'

/** Fields of an issue, and why some were left out. */
export interface DegradedFields {
  readonly fields: Readonly<Record<string, unknown>>
  /** By field, what Jira said. */
  readonly dropped: Readonly<Record<string, string>>
}

/**
 * What is left to create when Jira has refused some fields: exactly those are left out, so that a wrong field never costs
 * the issue. A text that should be a document is made one.
 *
 * @throws {DestinationError} `operator` when Jira wants what only the configuration can give; `payload` when nothing is left
 * to leave out.
 */
export function withoutRefused(
  { fields, dropped }: DegradedFields,
  { errors, errorMessages }: Complaints,
  target: string,
): DegradedFields {
  const complaints = Object.entries(errors).map(
    ([id, text]) => [aliases[id] ?? id, oneSentence(text)] as const,
  )
  for (const [id, text] of complaints) throwIfRequired(id, text, { fields, dropped }, target)
  if (complaints.length > 0) {
    const rewritten = complaints.flatMap(([id, text]) => asDocument(id, text, fields[id]))
    const gone = complaints.filter(([id]) => !rewritten.some(([other]) => other === id))
    return {
      fields: { ...without(fields, gone), ...Object.fromEntries(rewritten) },
      dropped: { ...dropped, ...Object.fromEntries(gone) },
    }
  }
  const text = oneSentence(errorMessages.join(' ')) || 'Jira did not say why.'
  // It names no field: first without what was configured, then without everything.
  const extra = Object.keys(fields).filter((id) => !needed.has(id) && !own.has(id))
  const rest = extra.length > 0 ? extra : Object.keys(fields).filter((id) => !needed.has(id))
  if (rest.length === 0) {
    throw new DestinationError('payload', 'jira_issue_refused', `Jira refused the issue: ${text}`)
  }
  const gone = rest.map((id) => [id, text] as const)
  return { fields: without(fields, gone), dropped: { ...dropped, ...Object.fromEntries(gone) } }
}

const needed: ReadonlySet<string> = new Set(['project', 'issuetype', 'summary'])
const own: ReadonlySet<string> = new Set(['description', 'labels'])

const aliases: Readonly<Record<string, string>> = {
  pid: 'project',
  issueType: 'issuetype',
  parentId: 'parent',
  'parent.key': 'parent',
}

function throwIfRequired(
  id: string,
  text: string,
  { fields, dropped }: DegradedFields,
  target: string,
): void {
  if (id === 'project') {
    throw new DestinationError('operator', 'jira_project_refused', `Jira refused the project: ${text}`, {
      fix: `Set \`targets.${target}.project\` to a project in which the account may create issues.`,
    })
  }
  if (id === 'issuetype') {
    throw new DestinationError(
      'operator',
      'jira_issue_type_refused',
      `Jira refused the issue type: ${text}`,
      {
        fix: `Set \`targets.${target}.issue_type\` to one of the types of the project; \`check\` lists them.`,
      },
    )
  }
  if (id === 'summary') {
    throw new DestinationError('payload', 'jira_issue_refused', `Jira refused the summary: ${text}`)
  }
  if (!(id in fields)) {
    const isDropped = id in dropped ? ' The value that it has now was refused.' : ''
    throw new DestinationError('operator', 'jira_field_required', `Jira requires the field ${id}: ${text}`, {
      fix: `Give ${id} a value in \`targets.${target}.fields\`, or make it optional in the project.${isDropped}`,
    })
  }
}

function asDocument(id: string, text: string, value: unknown): readonly (readonly [string, unknown])[] {
  const wantsDocument = typeof value === 'string' && /Atlassian Document/i.test(text)
  return wantsDocument ? [[id, textDocument(plainText(value, 30_000))]] : []
}

function without(
  fields: Readonly<Record<string, unknown>>,
  gone: readonly (readonly [string, string])[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([id]) => !gone.some(([other]) => other === id)))
}

function oneSentence(text: string): string {
  return plainText(text, 300)
}
