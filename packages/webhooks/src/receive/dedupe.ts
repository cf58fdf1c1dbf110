import type { WebhookEvent } from '../events/event.ts'

/**
 * What became of an event.
 *
 * - `processed`: its handlers ran, and all succeeded.
 * - `failed`: at least one handler threw; the event is due again.
 * - `duplicate`: it was completed here before, and no handler ran.
 * - `in_progress`: another request is handling it at this moment. Not a success: that one may still fail.
 * - `unavailable`: the store could not be asked, and no handler ran.
 */
export type Outcome =
  | { readonly kind: 'processed' | 'failed' | 'duplicate' }
  | { readonly kind: 'in_progress' | 'unavailable'; readonly retryAfterMs: number }

/**
 * Runs the handlers of an event under a claim on its `event_id`: claim, handle, then complete or release. There is
 * no store yet to hold a claim, so every delivery is handled, and handlers must tolerate repeats.
 *
 * @param handle runs the handlers and tells whether all of them succeeded; it does not throw.
 */
export async function handleOnce(_event: WebhookEvent, handle: () => Promise<boolean>): Promise<Outcome> {
  return { kind: (await handle()) ? 'processed' : 'failed' }
}
