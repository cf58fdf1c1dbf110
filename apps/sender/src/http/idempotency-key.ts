import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ProblemError } from './problem.ts'

/** The header of a request that may be repeated. */
export const idempotencyHeader = {
  'idempotency-key': z.string().optional().meta({
    description:
      'Makes the request safe to repeat: for 24 hours, the same key and body get the same answer, with `idempotency-replayed: true`. 1 to 255 visible ASCII characters, such as a UUID.',
  }),
}

/** What tells a request that is repeated from another one. */
export interface RequestKey {
  readonly key: string
  /** SHA-256 of the operation and of what it was asked to do. */
  readonly requestHash: Buffer
}

/** The header of an answer that was given before. */
export const REPLAYED_HEADER = 'idempotency-replayed'

/** {@link REPLAYED_HEADER} for OpenAPI. */
export const replayedHeader = {
  [REPLAYED_HEADER]: { type: 'string', description: '`true` when the request was answered before.' },
}

/**
 * The request's `Idempotency-Key`; `undefined` when it has none. The key may stand in quotes, as the draft of the
 * standard has it, or bare, as most APIs do.
 *
 * @param asked the checked body: two bodies that say the same in another order are the same request.
 * @throws {ProblemError} when the key is not 1 to 255 visible ASCII characters.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export function readIdempotencyKey(request: FastifyRequest, asked: unknown): RequestKey | undefined {
  const text = request.headers['idempotency-key']
  if (text === undefined) return undefined
  const key = typeof text === 'string' ? unquote(text) : undefined
  if (key === undefined || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ProblemError(
      'malformed_request',
      'Idempotency-Key has to be 1 to 255 visible ASCII characters, such as a UUID.',
    )
  }
  const operation = [request.method, request.url]
  return {
    key,
    requestHash: createHash('sha256')
      .update(JSON.stringify([operation, asked]))
      .digest(),
  }
}

/** The problem that a request with a key in use, or with one that belongs to another request, is answered with. */
export function repeatRefused(kind: 'key-reused' | 'key-in-use'): ProblemError {
  if (kind === 'key-reused') {
    return new ProblemError(
      'idempotency_key_reused',
      'This Idempotency-Key came with another request in the last 24 hours.',
    )
  }
  return new ProblemError(
    'idempotency_key_in_use',
    'The first request with this Idempotency-Key is still being carried out.',
    { headers: { 'retry-after': '1' } },
  )
}

// A string of structured fields (RFC 9651 §3.3.3).
function unquote(text: string): string | undefined {
  if (!text.startsWith('"')) return text
  const [, inner] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text) ?? []
  return inner?.replaceAll(/\\(["\\])/g, '$1')
}
