import { interpretStatus, type StatusMeaning } from '../../src/wire/status.ts'

/** What documents say about one status that a receiver answers with. */
export interface Answer {
  readonly status: number
  /** When it is given: a phrase. */
  readonly when: string
  /** The `status` in the bodies of this SDK's replies; none for an answer that it never gives. */
  readonly words: readonly string[]
  /** Whether it comes with `Retry-After`. */
  readonly hasRetryAfter: boolean
}

/** Every status of the contract, in order. */
export const answers: readonly Answer[] = [
  answer(200, 'handled now, or already completed, or there is no handler for it', [
    'processed',
    'duplicate',
    'ignored',
  ]),
  answer(400, 'the body is signed and not an envelope', ['malformed']),
  answer(401, 'a signature is missing, malformed or wrong, or the request is too old', ['unauthorized']),
  answer(405, 'the method is not POST', ['method_not_allowed']),
  waiting(409, 'the same event is being processed right now', ['in_progress']),
  answer(410, 'the endpoint is gone for good', []),
  answer(413, 'the body is too large', ['too_large']),
  answer(415, 'the media type is not `application/json`', ['unsupported_media_type']),
  answer(422, 'the `data` of a known event is wrong', ['invalid']),
  waiting(429, 'the receiver is overloaded', []),
  answer(500, 'a handler failed, or a parser consumed the body before it could be verified', [
    'failed',
    'misconfigured',
  ]),
  waiting(503, 'the dedupe store or a destination is down, or the receiver is shutting down', [
    'unavailable',
  ]),
]

/** What is said about statuses that the contract does not list, and about none in time. */
export const anyOtherAnswer = 'Anything else, redirects included. The attempt has failed and is made again.'

/** What the sender does when it is answered so: a sentence. */
export function reaction(status: number): string {
  return reactions[interpretStatus(status)]
}

const reactions: Readonly<Record<StatusMeaning, string>> = {
  accepted: 'The delivery has succeeded.',
  failed: 'The attempt has failed and is made again.',
  overloaded: 'The attempt has failed; the whole endpoint waits before it is made again.',
  gone: 'The subscription is disabled.',
}

function answer(status: number, when: string, words: readonly string[]): Answer {
  return { status, when, words, hasRetryAfter: false }
}

function waiting(status: number, when: string, words: readonly string[]): Answer {
  return { status, when, words, hasRetryAfter: true }
}
