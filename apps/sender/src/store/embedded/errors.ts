/**
 * Why the embedded database cannot be used.
 *
 * - `platform_unsupported`: there is no PostgreSQL for this platform, or its package is not installed
 * - `data_directory_in_use`: another sender owns the directory
 * - `data_directory_unreachable`: the account that runs the server may not enter a folder above it
 * - `data_directory_unusable`: it cannot be created or written, or holds something else
 * - `cluster_incompatible`: it was made by another major version of PostgreSQL
 * - `account_unavailable`: the process is root, and there is no account to run the server as
 * - `cluster_not_created`: `initdb` failed; its last words are in the message
 * - `server_not_started`: the server failed to start; its last words are in the message
 * - `server_unresponsive`: a server has the directory but lets nobody in
 * - `server_not_stopped`: the server does not stop
 * - `server_lost`: the server ended, or another sender took it over
 */
export type EmbeddedPostgresErrorCode =
  | 'platform_unsupported'
  | 'data_directory_in_use'
  | 'data_directory_unreachable'
  | 'data_directory_unusable'
  | 'cluster_incompatible'
  | 'account_unavailable'
  | 'cluster_not_created'
  | 'server_not_started'
  | 'server_unresponsive'
  | 'server_not_stopped'
  | 'server_lost'

/**
 * The embedded database cannot be used. The message says what to do, for the person who runs the sender, and never
 * holds the database's password.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
  readonly code: EmbeddedPostgresErrorCode

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What the system or PostgreSQL calls the failure, such as `EACCES` or `57P03`; `undefined` for other errors. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
