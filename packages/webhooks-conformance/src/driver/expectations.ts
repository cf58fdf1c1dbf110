import assert from 'node:assert/strict'
import { type Answer, headerOf } from './answer.ts'
import type { Client } from './client.ts'

/** An answer of the status contract: its status and the word in its body. */
export type Word = readonly [status: number, word: string]

/** Every answer that the status contract has. */
export const words = {
  processed: [200, 'processed'],
  duplicate: [200, 'duplicate'],
  ignored: [200, 'ignored'],
  malformed: [400, 'malformed'],
  unauthorized: [401, 'unauthorized'],
  methodNotAllowed: [405, 'method_not_allowed'],
  inProgress: [409, 'in_progress'],
  tooLarge: [413, 'too_large'],
  unsupportedMediaType: [415, 'unsupported_media_type'],
  invalid: [422, 'invalid'],
  failed: [500, 'failed'],
  misconfigured: [500, 'misconfigured'],
  unavailable: [503, 'unavailable'],
} as const satisfies Readonly<Record<string, Word>>

/** Fails unless the answer has this status and word, and nothing else. */
export function expectWord(answer: Answer, [status, word]: Word): void {
  const body = answer.body.toString()
  assert.deepEqual({ status: answer.status, body }, { status, body: JSON.stringify({ status: word }) })
}

/** Fails unless the answer has a `Retry-After` of this many seconds, or of any positive number of them. */
export function expectRetryAfter(answer: Answer, seconds?: number): void {
  const value = headerOf(answer, 'retry-after') ?? 'nothing'
  assert.match(value, seconds === undefined ? /^[1-9]\d*$/ : new RegExp(`^${seconds}$`), 'Retry-After')
}

/** Fails unless handlers ran exactly this often for an event. */
export async function expectRuns(client: Client, eventId: string, count: number): Promise<void> {
  const runs = await client.runsOf(eventId)
  assert.equal(runs.length, count, `Handlers ran ${runs.length} times instead of ${count}.`)
}
