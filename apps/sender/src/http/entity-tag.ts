import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ProblemError } from './problem.ts'

/** The header of a change that is to be made only to what was read. */
export const ifMatchHeader = {
  'if-match': z.string().optional().meta({
    description:
      'The `ETag` of an answer: the change is made only if nobody has changed the subscription since then.',
  }),
}

/** The header of an answer that has a tag, for OpenAPI. */
export const etagHeader = {
  etag: { type: 'string', description: 'For `If-Match` and `If-None-Match`.' },
}

/**
 * The entity tag (RFC 9110 §8.8.3) of a record's answer: `"<version>-<digest of the answer>"`.
 *
 * The version counts what people change, and `If-Match` compares that part alone: an endpoint that fails meanwhile
 * must not keep anybody from correcting its URL. The digest is for `If-None-Match`, which has to notice everything.
 */
export function entityTag(version: number, answer: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(answer)).digest('base64url')
  return `"${version}-${digest.slice(0, 16)}"`
}

/**
 * The versions that a request's `If-Match` names, in tags as {@link entityTag} makes them or as `"<version>"`;
 * `undefined` when any will do.
 *
 * @throws {ProblemError} when the header is not a list of entity tags.
 */
export function versionsToMatch({ headers }: FastifyRequest): readonly number[] | undefined {
  const text = headers['if-match']
  if (text === undefined || text.trim() === '*') return undefined
  if (!TAGS.test(text)) {
    throw new ProblemError(
      'malformed_request',
      'If-Match has to be the ETag of an answer, with its quotes, or *.',
    )
  }
  // A weak tag never matches here (RFC 9110 §13.1.1).
  return tagsIn(text).flatMap((tag) => {
    const version = /^"(\d{1,9})(?:-[\w-]*)?"$/.exec(tag)?.[1]
    return version === undefined ? [] : Number(version)
  })
}

/** Answers with a record and its tag, or 304 when the caller has it already. */
export function replyWithTag<Answer>(
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  answer: Answer,
): Answer | undefined {
  const tag = entityTag(version, answer)
  reply.header('etag', tag)
  if (!isKnownTag(request, tag)) return answer
  reply.code(304)
  return undefined
}

/** Whether a GET or HEAD says with `If-None-Match` that its caller has what has this tag. */
export function isKnownTag({ method, headers }: FastifyRequest, tag: string): boolean {
  const known = method === 'GET' || method === 'HEAD' ? headers['if-none-match'] : undefined
  if (known === undefined) return false
  return known.trim() === '*' || tagsIn(known).some((each) => each.replace(/^W\//, '') === tag)
}

/** What a 412 says. */
export function preconditionFailed(version: number): ProblemError {
  const detail = `It has changed meanwhile: its version is ${version}. Read it again, and decide anew.`
  return new ProblemError('precondition_failed', detail, { members: { version } })
}

const TAG = /(?:W\/)?"[\x21\x23-\x7e]*"/g
const TAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*\s*$/

function tagsIn(text: string): readonly string[] {
  return text.match(TAG) ?? []
}
