/**
 * What became of an event.
 *
 * - `processed`: its handlers have succeeded.
 * - `ignored`: it has no handlers, or one of them gave it up for good and the others have succeeded.
 * - `failed`: at least one handler threw; the event is due again.
 * - `duplicate`: it was completed here before, and no handler ran.
 * - `in_progress`: another request is handling it at this moment. Not a success: that one may still fail.
 * - `unavailable`: the store could not be asked, or a handler cannot work at present.
 */
export type Outcome =
  | { readonly kind: 'processed' | 'ignored' | 'failed' | 'duplicate' }
  | { readonly kind: 'in_progress' | 'unavailable'; readonly retryAfterMs: number }
