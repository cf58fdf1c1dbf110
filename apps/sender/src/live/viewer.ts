import type { Delivery } from '../store/deliveries.ts'

/** Why a viewer has to read the list again. */
export type ResetReason = 'connected' | 'interrupted' | 'too_many_changes' | 'slow_reader'

/** One viewer of the Delivery Log. */
export interface Viewer {
  readonly accountId: string
  /** Only this subscription's deliveries. */
  readonly subscriptionId?: string
  /** Only events of this type. */
  readonly event?: string
  /** A delivery was made or has changed. */
  show(delivery: Delivery): void
  /** Anything may have changed: the list has to be read again. */
  reset(reason: ResetReason): void
  /** Nothing more comes. */
  end(): void
}

/** Whether a delivery is one that the viewer wants to see. */
export function wants({ subscriptionId, event }: Viewer, delivery: Delivery): boolean {
  if (subscriptionId !== undefined && delivery.subscriptionId !== subscriptionId) return false
  return event === undefined || delivery.event === event
}
