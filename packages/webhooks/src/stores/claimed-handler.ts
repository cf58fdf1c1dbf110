import type { HeldClaim } from '../receive/dedupe-store.ts'

/** A handler that runs under a claim. Every `HandlerContext` is one. */
export interface ClaimedHandler {
  readonly claim: HeldClaim | undefined
  /** The handler's name. */
  readonly handler: string
}
