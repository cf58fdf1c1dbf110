import { answerOf, api, type Schemas } from './client.ts'
import type { Subscription } from './subscriptions.ts'

/** A subscription with the entity tag of the answer that it came in. */
export interface TaggedSubscription {
  readonly subscription: Subscription
  /** What a change takes, so that it is made only while nobody else has changed the subscription. */
  readonly etag: string
}

/** Something that was accepted, and should be changed nevertheless. */
export type Warning = Schemas['Warning']

/** What came of a test. */
export type TestOutcome = Schemas['TestOutcome']

/** A merge patch of a subscription. */
export type SubscriptionPatch = Schemas['ChangeSubscriptionInput']

/** An event type that can be sent as a test. */
export type TestEvent = Schemas['TestSubscriptionInput']['event']

/** What may be asked of a subscription's state. */
export type StateRequest = 'pause' | 'resume' | 'enable'

const statePaths = {
  pause: '/api/webhooks/{id}/pause',
  resume: '/api/webhooks/{id}/resume',
  enable: '/api/webhooks/{id}/enable',
} as const

/** Pauses, resumes or enables. Rejects with `precondition_failed` when it was changed since `etag`. */
export async function requestState(
  request: StateRequest,
  id: string,
  etag: string,
): Promise<TaggedSubscription> {
  const params = { path: { id }, header: { 'if-match': etag } }
  return tagged(await api.POST(statePaths[request], { params }))
}

/** Changes what `patch` has. Rejects with `precondition_failed` when it was changed since `etag`. */
export async function changeSubscription(
  id: string,
  etag: string,
  patch: SubscriptionPatch,
): Promise<TaggedSubscription & { readonly warnings: readonly Warning[] }> {
  const params = { path: { id }, header: { 'if-match': etag } }
  const called = await api.PATCH('/api/webhooks/{id}', { params, body: patch })
  const { warnings, ...subscription } = answerOf(called)
  return { subscription, etag: tagOf(called.response), warnings }
}

/** A rotation of the secret. */
export interface Rotation {
  readonly secret: string
  readonly overlapSeconds: number
}

/**
 * Rotates the secret. With the same `idempotencyKey` it may be repeated, and is done once.
 *
 * @returns the secret too, apart from the subscription, so that nobody keeps it by accident.
 */
export async function rotateSecret(
  id: string,
  etag: string,
  { secret, overlapSeconds }: Rotation,
  idempotencyKey: string,
): Promise<TaggedSubscription & { readonly secret: string; readonly warnings: readonly Warning[] }> {
  const called = await api.POST('/api/webhooks/{id}/rotate-secret', {
    params: { path: { id }, header: { 'if-match': etag, 'idempotency-key': idempotencyKey } },
    body: { secret, overlap_seconds: overlapSeconds },
  })
  const { secret: stored, warnings, ...subscription } = answerOf(called)
  return { subscription, etag: tagOf(called.response), secret: stored, warnings }
}

/** Sends a test event, and waits for what comes of it: up to the time that an attempt may take. */
export async function testSubscription(id: string, event: TestEvent): Promise<TestOutcome> {
  return answerOf(await api.POST('/api/webhooks/{id}/test', { params: { path: { id } }, body: { event } }))
}

/** Deletes. Rejects with `precondition_failed` when it was changed since `etag`. */
export async function deleteSubscription(id: string, etag: string): Promise<void> {
  await api.DELETE('/api/webhooks/{id}', { params: { path: { id }, header: { 'if-match': etag } } })
}

function tagged(called: {
  readonly data?: Subscription | undefined
  readonly response: Response
}): TaggedSubscription {
  return { subscription: answerOf(called), etag: tagOf(called.response) }
}

function tagOf({ headers }: Response): string {
  return headers.get('etag') ?? ''
}
