import type { AttemptResult } from '../domain/outcome.ts'

const COLUMNS = {
  outcome: 'text',
  http_status: 'smallint',
  started_at: 'timestamptz',
  duration_ms: 'int',
  dns_ms: 'real',
  connect_ms: 'real',
  tls_ms: 'real',
  first_byte_ms: 'real',
  body_ms: 'real',
  remote_address: 'text',
  request_headers: 'text',
  response_body: 'bytea',
  detail: 'text',
} as const

/** The columns of `webhooks.attempt` that an attempt's result fills, for SQL. */
export const ATTEMPT_COLUMNS: string = Object.keys(COLUMNS).join(', ')

/** The same with their types, for `json_to_recordset`. */
export const ATTEMPT_COLUMN_TYPES: string = Object.entries(COLUMNS)
  .map(([column, type]) => `${column} ${type}`)
  .join(', ')

/**
 * What an attempt's result puts into them, to be sent as JSON: one parameter for all rows of a batch takes pg half as
 * long as an array for each column.
 */
export function attemptValues(result: AttemptResult): Readonly<Record<keyof typeof COLUMNS, unknown>> {
  const { phases, responseBody } = result
  return {
    outcome: result.outcome,
    http_status: result.httpStatus,
    started_at: result.startedAt,
    duration_ms: result.durationMs,
    dns_ms: phases?.dnsMs,
    connect_ms: phases?.connectMs,
    tls_ms: phases?.tlsMs,
    first_byte_ms: phases?.firstByteMs,
    body_ms: phases?.bodyMs,
    remote_address: result.remoteAddress,
    request_headers: result.requestHeaders,
    response_body: responseBody && `\\x${toBuffer(responseBody).toString('hex')}`,
    // PostgreSQL refuses JSON with half of a surrogate pair.
    detail: result.detail?.toWellFormed(),
  }
}

function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
