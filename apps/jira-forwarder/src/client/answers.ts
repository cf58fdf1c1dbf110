import { z } from 'zod'
import type { CommentState, IssueMark, IssueState, TransitionState } from './jira-api.ts'

/** The key of the properties that the forwarder gives issues and comments. */
export const markKey = 'complywise'

/** What a search or a read asks for. */
export const issueFields = [
  'status',
  'resolution',
  'resolutiondate',
  'statuscategorychangedate',
  'labels',
  'issuetype',
  'project',
] as const

const markSchema = z.object({
  key: z.string(),
  instance: z.string(),
  event_id: z.string(),
  step: z.string(),
  dropped: z.record(z.string(), z.string()).optional(),
  duplicate_of: z.string().optional(),
})

const named = z.object({ name: z.string() })

const categorySchema = z.enum(['new', 'indeterminate', 'done']).catch('indeterminate')

/** Jira writes `2026-03-01T12:00:00.000+0000`, which not every parser takes. */
const instantSchema = z.string().transform((value) => {
  const at = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(at) ? undefined : at
})

/** An issue in the answer to a read or a search. */
export const issueSchema = z
  .object({
    id: z.string(),
    key: z.string(),
    fields: z.object({
      status: z.object({ statusCategory: z.object({ key: categorySchema }) }),
      resolution: named.nullish(),
      resolutiondate: instantSchema.nullish(),
      statuscategorychangedate: instantSchema.nullish(),
      labels: z.array(z.string()).nullish(),
      issuetype: z.object({ id: z.string() }).nullish(),
      project: z.object({ id: z.string() }).nullish(),
    }),
    properties: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform(({ id, key, fields, properties }): IssueState => {
    const mark = markSchema.safeParse(properties?.[markKey])
    const category = fields.status.statusCategory.key
    return {
      id,
      key,
      category,
      resolution: fields.resolution?.name,
      labels: fields.labels ?? [],
      closedAt:
        category === 'done'
          ? (fields.resolutiondate ?? fields.statuscategorychangedate ?? undefined)
          : undefined,
      issueTypeId: fields.issuetype?.id,
      projectId: fields.project?.id,
      mark: mark.success ? (mark.data satisfies IssueMark) : undefined,
    }
  })

/** Issues in the answer to a search or a read of many; what is broken among them is left out. */
export const issuesSchema = z.object({
  issues: z
    .array(issueSchema.optional().catch(undefined))
    .transform((issues) => issues.filter((issue) => issue !== undefined)),
  nextPageToken: z.string().nullish(),
})

export const createdSchema = z.object({ id: z.string().min(1), key: z.string().min(1) })

const choiceSchema = z
  .object({ name: z.string().optional(), value: z.string().optional() })
  .transform(({ name, value }) => name ?? value)

const transitionFieldSchema = z
  .object({
    required: z.boolean().catch(false),
    hasDefaultValue: z.boolean().catch(false),
    allowedValues: z.array(choiceSchema.catch(undefined)).catch([]),
  })
  .transform(({ required, hasDefaultValue, allowedValues }) => ({
    isRequired: required,
    hasDefault: hasDefaultValue,
    allowed: allowedValues.filter((name) => name !== undefined),
  }))

export const transitionsSchema = z.object({
  transitions: z.array(
    z
      .object({
        id: z.string(),
        name: z.string().catch(''),
        to: z.object({
          name: z.string().catch(''),
          statusCategory: z.object({ key: z.string() }).catch({ key: 'undefined' }),
        }),
        fields: z.record(z.string(), transitionFieldSchema).catch({}),
        isAvailable: z.boolean().nullish(),
      })
      .transform(({ id, name, to, fields }): TransitionState => ({
        id,
        name,
        toName: to.name,
        toCategory: to.statusCategory.key,
        fields,
      })),
  ),
})

const commentMarkSchema = z.object({
  key: z.literal(markKey),
  value: z.object({
    step: z.string(),
    event_id: z.string(),
    action: z.string().optional(),
    key: z.string().optional(),
  }),
})

/** A page of an issue's comments, without their properties. */
export const commentsSchema = z.object({
  comments: z.array(z.object({ id: z.string(), body: z.unknown() })),
})

/** Comments by their ids, with their properties. */
export const markedCommentsSchema = z.object({
  values: z.array(
    z
      .object({ id: z.string(), properties: z.array(z.unknown()).catch([]) })
      .transform(({ id, properties }): CommentState => {
        const mark = properties
          .map((property) => commentMarkSchema.safeParse(property))
          .find(({ success }) => success)
        return { id, mark: mark?.data?.value }
      }),
  ),
})

export const usersSchema = z.array(
  z.object({
    accountId: z.string(),
    emailAddress: z.string().optional(),
    displayName: z.string().catch(''),
  }),
)

export const linkTypesSchema = z.object({ issueLinkTypes: z.array(named) })
