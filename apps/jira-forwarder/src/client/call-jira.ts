import type { Client } from 'jira.js/core'
import type { z } from 'zod'
import { destinationErrorOf } from './classify.ts'
import type { Answer } from './jira-api.ts'
import { JiraFailure } from './jira-failure.ts'

/**
 * What a request of jira.js answers, in the shape of `schema`. jira.js would hand on whatever it got; but an answer that is
 * cut off, or a proxy's, says nothing.
 *
 * @throws {JiraFailure}
 */
export async function callJira<T>(
  client: Client,
  request: (client: Client) => Promise<unknown>,
  schema: z.ZodType<T>,
): Promise<T> {
  const parsed = schema.safeParse(await request(client))
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new JiraFailure('unreadable', `Jira’s answer has not the shape it should have at "${where}"`)
}

/** A refusal for what is in the request, with 400, as an answer. @throws {JiraFailure} for anything else. */
export async function answerOf<T>(request: Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'done', value: await request }
  } catch (error) {
    if (!isRefusal(error, [400])) throw error
    return { kind: 'refused', errors: error.errors, errorMessages: error.errorMessages }
  }
}

/** `otherwise` when the request was refused with one of `statuses`. @throws {JiraFailure} for anything else. */
export async function orWhen<T, Other>(
  request: Promise<T>,
  statuses: readonly number[],
  otherwise: Other,
): Promise<T | Other> {
  try {
    return await request
  } catch (error) {
    if (isRefusal(error, statuses)) return otherwise
    throw error
  }
}

/** The request with its failure as what it means for the event. @throws {DestinationError} */
export async function forEvent<T>(
  request: Promise<T>,
  { isRepeatable = true }: { readonly isRepeatable?: boolean } = {},
): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw error instanceof JiraFailure ? destinationErrorOf(error, isRepeatable) : error
  }
}

function isRefusal(error: unknown, statuses: readonly number[]): error is JiraFailure {
  return error instanceof JiraFailure && error.stage === 'refused' && statuses.includes(error.status ?? 0)
}
