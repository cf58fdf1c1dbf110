import { tableNames } from './table-names.ts'

/** The table that a {@link postgresStore} keeps events in, unless told otherwise. */
export const defaultTable = 'complywise_webhook_events'

/**
 * The SQL that creates the tables of a {@link postgresStore}, for a migration of yours; `store.setup()` is the
 * alternative. The role that receives events needs `select`, `insert`, `update` and `delete` on both tables.
 *
 * Checkpoints are a table of their own for the sake of locks: a handler's transaction that joined holds its event's row
 * with `for key share`, which a renewal passes and a claim does not.
 *
 * @param table as in `PostgresStoreOptions`.
 * @throws {WebhookError} `option_invalid`
 */
export function postgresSchema(table: string = defaultTable): string {
  const { events, checkpoints, forgetIndex } = tableNames(table)
  return `create table if not exists ${events} (
  key text primary key,
  -- Of the claim that holds the event, or that completed it.
  token text,
  leased_until timestamptz,
  completed_at timestamptz,
  forget_at timestamptz not null
);
create index if not exists ${forgetIndex} on ${events} (forget_at);
create table if not exists ${checkpoints} (
  key text not null references ${events} on delete cascade,
  handler text not null,
  primary key (key, handler)
);
`
}

/**
 * Does the same as one statement that any number of processes may run at once: `if not exists` alone would let two of them
 * collide. Where the tables are there, no privilege is needed.
 */
export function setupStatement(table: string): string {
  const { events, checkpoints } = tableNames(table)
  return `do $setup$
begin
  if to_regclass('${checkpoints}') is not null then return; end if;
  perform pg_advisory_xact_lock(hashtextextended('${events}', 0));
${postgresSchema(table)}end
$setup$`
}
