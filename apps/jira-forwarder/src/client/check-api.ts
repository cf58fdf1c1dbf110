import {
  getCreateIssueMetaIssueTypeId,
  getCreateIssueMetaIssueTypes,
  getCurrentUser,
  getMyPermissions,
  getProject,
} from 'jira.js/cloud'
import type { Client } from 'jira.js/core'
import { z } from 'zod'
import { callJira, forEvent, orWhen } from './call-jira.ts'
import type { Transport } from './transport.ts'

/** A field of the form in which issues are created. */
export interface CreateField {
  readonly id: string
  readonly name: string
  readonly isRequired: boolean
  readonly hasDefault: boolean
  /** Names and ids of what may be chosen; none where anything may be written. */
  readonly allowed: readonly string[]
}

/** What a check reads besides what the work itself does. Every call throws a {@link DestinationError}. */
export interface CheckApi {
  currentUser(signal: AbortSignal): Promise<{ readonly accountId: string; readonly displayName: string }>
  /** `undefined` when the account sees none. */
  project(
    keyOrId: string,
    signal: AbortSignal,
  ): Promise<{ readonly key: string; readonly name: string } | undefined>
  /** Which of `permissions` the account has in the project. */
  permissions(
    projectKey: string,
    permissions: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>>
  issueTypes(
    project: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly name: string; readonly isSubtask: boolean }[]>
  createFields(project: string, issueTypeId: string, signal: AbortSignal): Promise<readonly CreateField[]>
}

const pageSize = 200

/** The reads of a check, over `transport`. */
export function createCheckApi(transport: Transport): CheckApi {
  return {
    currentUser: (signal) => forEvent(ask(signal, (client) => getCurrentUser(client), userSchema)),
    project: (projectIdOrKey, signal) =>
      forEvent(
        orWhen(
          ask(signal, (client) => getProject(client, { projectIdOrKey }), projectSchema),
          [404],
          undefined,
        ),
      ),
    async permissions(projectKey, permissions, signal) {
      const answer = await forEvent(
        ask(
          signal,
          (client) => getMyPermissions(client, { projectKey, permissions: permissions.join(',') }),
          permissionsSchema,
        ),
      )
      return new Set(permissions.filter((name) => answer.permissions[name]?.havePermission === true))
    },
    async issueTypes(projectIdOrKey, signal) {
      const { issueTypes } = await forEvent(
        ask(
          signal,
          (client) => getCreateIssueMetaIssueTypes(client, { projectIdOrKey, maxResults: pageSize }),
          issueTypesSchema,
        ),
      )
      return issueTypes.map(({ id, name, subtask }) => ({ id, name, isSubtask: subtask }))
    },
    async createFields(projectIdOrKey, issueTypeId, signal) {
      const found: CreateField[] = []
      for (let startAt = 0, total = 1; startAt < total && startAt < 2_000; startAt += pageSize) {
        const page = await forEvent(
          ask(
            signal,
            (client) =>
              getCreateIssueMetaIssueTypeId(client, {
                projectIdOrKey,
                issueTypeId,
                startAt,
                maxResults: pageSize,
              }),
            createFieldsSchema,
          ),
        )
        found.push(...page.fields)
        total = page.total
      }
      return found
    },
  }

  function ask<T>(
    signal: AbortSignal,
    request: (client: Client) => Promise<unknown>,
    schema: z.ZodType<T>,
  ): Promise<T> {
    return callJira(transport.client(signal), request, schema)
  }
}

const userSchema = z.object({ accountId: z.string(), displayName: z.string().catch('') })

const projectSchema = z.object({ key: z.string(), name: z.string().catch('') })

const permissionsSchema = z.object({
  permissions: z.record(z.string(), z.object({ havePermission: z.boolean().catch(false) })),
})

const issueTypesSchema = z.object({
  issueTypes: z.array(z.object({ id: z.string(), name: z.string(), subtask: z.boolean().catch(false) })),
})

const choiceSchema = z
  .object({ id: z.string().optional(), name: z.string().optional(), value: z.string().optional() })
  .transform(({ id, name, value }) => [id, name ?? value].filter((text) => text !== undefined))

const createFieldsSchema = z.object({
  total: z.number().catch(0),
  fields: z.array(
    z
      .object({
        fieldId: z.string(),
        name: z.string().catch(''),
        required: z.boolean().catch(false),
        hasDefaultValue: z.boolean().catch(false),
        allowedValues: z.array(choiceSchema.catch([])).catch([]),
      })
      .transform(({ fieldId, name, required, hasDefaultValue, allowedValues }): CreateField => ({
        id: fieldId,
        name,
        isRequired: required,
        hasDefault: hasDefaultValue,
        allowed: allowedValues.flat(),
      })),
  ),
})
