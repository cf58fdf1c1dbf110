import type { Server } from 'node:http'
import type { Receiver } from '../../../../packages/webhooks/src/index.ts'

/** One framework's servers, at `/webhooks`. */
export interface App {
  /** Reads the body, verifies it by hand, calls `handle`, and answers an empty 200. */
  bare(handle: () => void): Promise<Server>
  /** Gives every request to a receiver, through the framework's adapter. */
  complywise(receiver: Receiver): Promise<Server>
}
