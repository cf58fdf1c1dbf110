import { WebhookError } from '../../errors.ts'

/** The names of what the store keeps in a database, quoted. */
export interface TableNames {
  readonly events: string
  readonly checkpoints: string
  /** Without the schema, as `create index` wants it. */
  readonly forgetIndex: string
}

// Leaves room for the longest suffix: PostgreSQL cuts names off after 63 bytes.
const pattern = /^(?:(?<schema>[a-z_][a-z0-9_]{0,62})\.)?(?<table>[a-z_][a-z0-9_]{0,50})$/i

/**
 * Reads `table` or `schema.table`.
 *
 * @throws {WebhookError} `option_invalid`
 */
export function tableNames(table: string): TableNames {
  const { groups } = pattern.exec(table) ?? {}
  if (groups === undefined) {
    const message = `table is ${JSON.stringify(table)}; it must be a table's name of up to 51 letters, digits and underscores, with or without a schema.`
    throw new WebhookError('option_invalid', message)
  }
  const schema = groups['schema'] === undefined ? '' : `"${groups['schema']}".`
  const name = groups['table']
  return {
    events: `${schema}"${name}"`,
    checkpoints: `${schema}"${name}_checkpoints"`,
    forgetIndex: `"${name}_forget_at"`,
  }
}
