import type { RequestHeaders } from '../wire/headers.ts'

/** An incoming HTTP request, free of any framework. */
export interface ReceivedRequest {
  readonly method: string
  readonly headers: RequestHeaders
  /** The body exactly as it arrived, since signatures cover bytes and not JSON; or why there are no such bytes. */
  readonly body: Uint8Array | UnreadableBody
  /** The path and query as the client sent them, such as `/webhooks/acme?region=eu`: for a `SecretResolver`. */
  readonly url?: string | undefined
  /** Aborts when the client has gone away; handlers see it as `context.signal`. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Why an adapter could not read the body.
 *
 * - `too_large`: longer than the receiver's `maxBodyBytes`.
 * - `already_parsed`: something before the adapter consumed it. `fix` is logged: one sentence that tells the user of
 *   this framework what to change.
 */
export type UnreadableBody =
  | { readonly unreadable: 'too_large' }
  | { readonly unreadable: 'already_parsed'; readonly fix: string }

/** What an adapter sends back, verbatim. It adds a `content-length` counted in bytes, and nothing else. */
export interface Reply {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
