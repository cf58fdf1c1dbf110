import { type AlertKind, defined, duration, type Severity, text } from '@complywise/forwarder'
import { z } from 'zod'
import { unknownPlaceholders } from './render/placeholders.ts'

/** One entry of `targets`: a project, and what its issues are like. */
export interface JiraTarget {
  /** Key or id. */
  readonly project: string
  /** Name or id. */
  readonly issueType: string
  /** Name or id by severity; none is sent where it is absent. */
  readonly priority: Readonly<Partial<Record<Severity, string>>>
  /** Besides those that the forwarder needs. */
  readonly labels: readonly string[]
  /** Names or ids. */
  readonly components: readonly string[]
  /** Account id or e-mail address of who gets what has no owner. */
  readonly assignee?: string
  /** Account id or e-mail address by the owner's name in routes. */
  readonly owners: Readonly<Record<string, string>>
  /** How long it may take to fix, by kind or severity, where the route does not say; the kind's comes first. */
  readonly dueMs: Readonly<Partial<Record<Severity | AlertKind, number>>>
  /** Values of other fields by id, with placeholders. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Key of the epic, or another parent. */
  readonly parent?: string
  /** With placeholders; the default depends on the kind. */
  readonly summary?: string
  /** Which conditions have issues. */
  readonly issuesFor: readonly AlertKind[]
  /** So many scans in a row have to fail before that has an issue, where `issuesFor` names scans. */
  readonly scanFailures: number
  /** Transitions to take, by id, name or name of the status they lead to, where there are several. */
  readonly doneTransition?: string
  readonly reopenTransition?: string
  /** Name of the resolution to set. */
  readonly resolution: string
  /** Values of fields that transitions require. */
  readonly transitionFields: Readonly<Record<string, unknown>>
  /** Names of resolutions, and labels, by which people say that a failing control is accepted. */
  readonly acceptedResolutions: readonly string[]
  readonly acceptedLabels: readonly string[]
  /** How long that holds. */
  readonly acceptanceExpiresAfterMs: number
  /** An issue to comment on with news that belong to no other, such as completed scans. */
  readonly umbrella?: string
}

const kinds = ['control', 'scan', 'score', 'integration', 'storm'] as const satisfies readonly AlertKind[]
const severityNames = ['critical', 'error', 'warning', 'info'] as const satisfies readonly Severity[]

const identifier = text(255)

const issueKey = z
  .string()
  .regex(/^([A-Za-z][A-Za-z0-9_]*-\d+|\d+)$/, 'must be the key of an issue, such as SEC-12, or its id')

const template = z.unknown().refine((value) => unknownPlaceholders(value).length === 0, {
  error: ({ input }) => `has no placeholder {${unknownPlaceholders(input).join('}, {')}}`,
})

const priority = z
  .union([identifier, z.partialRecord(z.enum(severityNames), identifier)])
  .transform((value): JiraTarget['priority'] =>
    typeof value === 'string'
      ? Object.fromEntries(severityNames.map((severity) => [severity, value]))
      : value,
  )

/** One entry of `targets` in the configuration file. */
export const targetSchema = z
  .strictObject({
    project: z
      .string()
      .regex(/^([A-Za-z][A-Za-z0-9_]*|\d+)$/, 'must be the key of a project, such as SEC, or its id')
      .describe('Key of the project, such as SEC, or its id.'),
    issue_type: identifier.default('Task').describe('Name or id of the type of the issues.'),
    priority: priority
      .default({})
      .describe('Priority of the issues: one name, or a name for each severity. Jira’s default otherwise.'),
    labels: z.array(identifier).default([]).describe('Labels besides complywise, framework and control.'),
    components: z.array(identifier).default([]).describe('Names or ids of components of the project.'),
    assignee: text()
      .optional()
      .describe('Account id or e-mail address of who gets the issues that have no owner.'),
    owners: z
      .record(z.string(), text())
      .default({})
      .describe('Account id or e-mail address for each `owner` that routes name.'),
    due: z
      .partialRecord(z.enum([...severityNames, ...kinds]), duration())
      .prefault({ integration: '3d' })
      .describe('How long fixing may take, by kind or severity, where the route has no `due`.'),
    fields: z
      .record(z.string(), template)
      .default({})
      .describe('Other fields by id, such as customfield_10010, with {placeholders} in their texts.'),
    parent: issueKey.optional().describe('Key of the epic, or another parent, of the issues.'),
    summary: template
      .pipe(text())
      .optional()
      .describe('Summary of the issues, with {placeholders}: `[{framework}] {control_id} failing`.'),
    issues_for: z
      .array(z.enum(kinds))
      .default(['control', 'storm', 'integration'])
      .describe('Which conditions have issues: control, storm, integration, score, scan.'),
    scan_failures: z
      .int()
      .min(1)
      .max(1_000)
      .default(3)
      .describe(
        'How many scans in a row have to fail before that has an issue, where `issues_for` names scan.',
      ),
    done_transition: identifier
      .optional()
      .describe('Transition that closes an issue: its id, its name, or the name of the status it leads to.'),
    reopen_transition: identifier.optional().describe('Transition that reopens an issue, likewise.'),
    resolution: identifier.default('Done').describe('Resolution of the issues that the forwarder closes.'),
    transition_fields: z
      .record(z.string(), template)
      .default({})
      .describe('Values of the fields that transitions require, by id.'),
    accepted_resolutions: z
      .array(identifier)
      .default(["Won't Do", "Won't Fix", 'Accepted', 'Risk Accepted'])
      .describe('An issue that a person closed with one of these is not reopened for as long as that holds.'),
    accepted_labels: z
      .array(identifier)
      .default(['risk-accepted'])
      .describe('The same by label, for projects without resolutions.'),
    acceptance_expires_after: duration().prefault('365d').describe('How long an acceptance holds.'),
    umbrella: issueKey
      .optional()
      .describe('An issue that gets a comment for news without an issue, such as completed scans.'),
  })
  .transform((file): JiraTarget =>
    defined({
      project: file.project,
      issueType: file.issue_type,
      priority: file.priority,
      labels: file.labels,
      components: file.components,
      assignee: file.assignee,
      owners: file.owners,
      dueMs: file.due,
      fields: file.fields,
      parent: file.parent,
      summary: file.summary,
      issuesFor: file.issues_for,
      scanFailures: file.scan_failures,
      doneTransition: file.done_transition,
      reopenTransition: file.reopen_transition,
      resolution: file.resolution,
      transitionFields: file.transition_fields,
      acceptedResolutions: file.accepted_resolutions,
      acceptedLabels: file.accepted_labels,
      acceptanceExpiresAfterMs: file.acceptance_expires_after,
      umbrella: file.umbrella,
    }),
  )
