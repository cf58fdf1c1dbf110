import type { Pool } from 'pg'

/** The lanes that are measured: the first holds nine tenths of what is pending, the others share the rest. */
export interface Lanes {
  readonly accountId: string
  readonly ids: readonly string[]
}

const EVENTS = 1000
const BATCH = 250_000

/** Makes an account with that many subscriptions, and events for their deliveries. */
export async function makeLanes(pool: Pool, count: number): Promise<Lanes> {
  const account = await pool.query<{ id: string }>(
    `insert into webhooks.account (name) values ('scale') returning id`,
  )
  const accountId = account.rows[0]?.id ?? ''
  const lanes = await pool.query<{ id: string }>(
    `insert into webhooks.subscription (account_id, url, events)
     select $1, 'https://example.com/' || n, '{*}' from generate_series(1, $2::int) n returning id`,
    [accountId, count],
  )
  await pool.query(
    `insert into webhooks.event (id, account_id, event_id, event, "timestamp", body, delivery_count, created_at)
     select webhooks.uuid_v7(), $1, gen_random_uuid(), 'scan.completed', now(), convert_to(repeat('x', 300), 'UTF8'), 1, now()
     from generate_series(1, $2::int)`,
    [accountId, EVENTS],
  )
  return { accountId, ids: lanes.rows.map((row) => row.id) }
}

/** Puts deliveries that are due into these lanes, in turn. */
export async function owe(
  pool: Pool,
  { accountId }: Lanes,
  ids: readonly string[],
  count: number,
): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    await pool.query(
      `insert into webhooks.owed_delivery (id, account_id, subscription_id, event_key, event_id, event, due_at, created_at)
       select webhooks.uuid_v7(at), $1, ($2::uuid[])[n % cardinality($2::uuid[]) + 1], e.ids[n % $4 + 1], e.ids[n % $4 + 1],
         'scan.completed', at, at
       from (select array_agg(id) as ids from webhooks.event) e, generate_series(1, $3::int) n,
         lateral (select clock_timestamp() as at) instant`,
      [accountId, ids, Math.min(BATCH, count - done), EVENTS],
    )
  }
}
