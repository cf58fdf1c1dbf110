import type { TableNames } from './table-names.ts'

/** How many records that nobody needs are removed at a time. */
const forgetLimit = 256

/** The SQL of the store. Each is one statement, and none waits for a handler's transaction. */
export type Statements = Readonly<ReturnType<typeof createStatements>>

/** Writes the statements for the store's tables. */
export function createStatements({ events, checkpoints }: TableNames) {
  const now = 'clock_timestamp()'
  const after = (ms: string) => `${now} + ${ms} * interval '1 millisecond'`
  const isHeld = 'key = $1 and token = $2'
  return {
    /** $1 key, $2 new token, $3 leaseMs, $4 retentionMs. A row when the event is new, and claimed. */
    claimNew: `
      insert into ${events} (key, token, leased_until, forget_at)
      values ($1, $2, ${after('$3::float8')}, ${after('greatest($3::float8, $4::float8)')})
      on conflict (key) do nothing
      returning true as claimed`,

    /**
     * The same of an event that has a record. Says what was seen, and whether it was free and is claimed now. It is not
     * free while a transaction that joined is open, whatever became of the lease: `for update` and its `for key share`
     * exclude each other. A claim does not wait for it, so that it cannot run into a timeout.
     */
    claimAgain: `
      with claimed as (
        update ${events} as event
        set token = $2, leased_until = ${after('$3::float8')},
          forget_at = ${after('greatest($3::float8, $4::float8)')}
        where key = (
          select key from ${events}
          where key = $1 and completed_at is null and forget_at > ${now}
            and (token is null or leased_until <= ${now})
          for update skip locked
        )
        returning true
      )
      select exists (select from claimed) as claimed,
        completed_at is not null as completed,
        forget_at <= ${now} as forgotten,
        extract(epoch from leased_until - ${now}) * 1000 as remaining
      from ${events} where key = $1`,

    /** $1 key. To be asked after the claim was won: what is committed before it is seen then, and nothing comes later. */
    finished: `select handler from ${checkpoints} where key = $1`,

    /** $1 key, $2 token, $3 leaseMs, $4 retentionMs. */
    renew: `
      update ${events}
      set leased_until = ${after('$3::float8')}, forget_at = ${after('greatest($3::float8, $4::float8)')}
      where ${isHeld} and completed_at is null
      returning true as held`,

    /** $1 key, $2 token, $3 retentionMs, $4 handler. */
    checkpoint: `
      with held as (
        update ${events} set forget_at = greatest(forget_at, ${after('$3::float8')})
        where ${isHeld} and completed_at is null
        returning key
      ), marked as (
        insert into ${checkpoints} (key, handler) select key, $4::text from held on conflict do nothing
      )
      select true as held from held`,

    /** $1 key, $2 token, $3 handler. In the transaction of the handler. */
    join: `
      with held as (
        select key from ${events} where ${isHeld} and completed_at is null for key share
      ), marked as (
        insert into ${checkpoints} (key, handler) select key, $3::text from held on conflict do nothing
      )
      select true as held from held`,

    /** Fails outside of a transaction. */
    assertTransaction: `lock table ${checkpoints} in access share mode`,

    /** $1 key, $2 token, $3 retentionMs. */
    complete: `
      with held as (
        update ${events}
        set completed_at = ${now}, leased_until = null, forget_at = ${after('$3::float8')}
        where ${isHeld}
        returning key
      ), unmarked as (
        delete from ${checkpoints} using held where ${checkpoints}.key = held.key
      )
      select true as held from held`,

    /** $1 key, $2 token, $3 retentionMs. */
    release: `
      update ${events} set token = null, leased_until = null, forget_at = ${after('$3::float8')}
      where ${isHeld} and completed_at is null
      returning true as held`,

    /** $1 key. */
    forgetEvent: `
      delete from ${events} where key = (
        select key from ${events} where key = $1 and forget_at <= ${now} for update skip locked
      )`,

    // With the time of the statement, which an index can be searched for.
    forgetSome: `
      delete from ${events} where key = any (array(
        select key from ${events} where forget_at <= statement_timestamp()
        order by forget_at limit ${forgetLimit} for update skip locked
      ))`,
  }
}
