-- additive
-- Deliveries and attempts counted over time, tests apart.
--
-- What is counted is written by the statement that makes it count, so no count is ever wrong. No row is there for two
-- statements to meet on: each appends its own to `statistics_delta`, which a maintenance task adds to `statistics`. What
-- is asked for is the sum of both.

-- Which part of a latency histogram counts a duration: 0 is below 1 ms, n from √2^(n-1) to √2^n ms, 33 from 65,536 ms.
create function webhooks.latency_bin(duration_ms integer) returns smallint
language sql immutable parallel safe
as $$
  select width_bucket(latency_bin.duration_ms::float8, array[
    1, 1.4142135623730951, 2, 2.82842712474619, 4, 5.65685424949238, 8, 11.31370849898476, 16, 22.62741699796952, 32,
    45.25483399593904, 64, 90.50966799187808, 128, 181.01933598375615, 256, 362.0386719675123, 512, 724.0773439350246,
    1024, 1448.1546878700492, 2048, 2896.3093757400984, 4096, 5792.618751480197, 8192, 11585.237502960394, 16384,
    23170.475005920787, 32768, 46340.950011841574, 65536]::float8[])::smallint
$$;

-- Deliveries that are done, attempts that have ended, or both at once.
create table webhooks.statistics_delta (
  account_id uuid not null,
  subscription_id uuid not null,
  event text not null,
  -- When the deliveries were made, and what became of them; null where only attempts are counted.
  made_at timestamptz,
  status text,
  -- When the attempts ended, and whether they succeeded; null where only deliveries are counted.
  ended_at timestamptz,
  has_succeeded boolean,
  -- webhooks.latency_bin of attempts that got an answer.
  latency_bin smallint,
  -- How many they are, exact to the minute.
  count integer not null
) with (
  -- A queue is mostly dead rows: clean up by count, not by share.
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000, autovacuum_vacuum_cost_delay = 0
);

-- Sums for every combination that can be asked for, so that any range is read from one row for each bucket.
create table webhooks.statistics (
  account_id uuid not null,
  -- The nil UUID: of all subscriptions together.
  subscription_id uuid not null,
  -- Empty: of all event types together.
  event text not null,
  -- 60, kept for two days, or 3600, kept for as long as the log.
  step_seconds integer not null check (step_seconds in (60, 3600)),
  bucket timestamptz not null,
  deliveries_succeeded integer not null,
  deliveries_failed integer not null,
  deliveries_canceled integer not null,
  attempts_succeeded integer not null,
  attempts_failed integer not null,
  -- How many attempts there were of each webhooks.latency_bin, from 0 to 33; null for none at all.
  latency integer[] check (cardinality(latency) = 34),
  primary key (account_id, subscription_id, event, step_seconds, bucket)
) with (
  -- The rows of the current minute and hour are updated again and again, on their pages.
  fillfactor = 70
);

create index statistics_by_age on webhooks.statistics (step_seconds, bucket);

-- True: the statement that moved it here has counted it itself, together with its last attempt. False: the trigger below
-- has. Null: it was here before either did.
alter table webhooks.completed_delivery add column is_counted boolean;
alter table webhooks.completed_delivery alter column is_counted set default false;

-- Whoever moves deliveries into the log, they are counted. It is the statement's trigger, not the row's, so a batch costs
-- one call.
create function webhooks.count_completed() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into webhooks.statistics_delta (account_id, subscription_id, event, made_at, status, count)
  select account_id, subscription_id, event, date_bin('1 minute', created_at, 'epoch'), status, count(*)
  from completed where not is_counted and not is_test
  group by 1, 2, 3, 4, 5;
  return null;
end
$$;

revoke all on function webhooks.count_completed() from public;

-- Of the parent only: a partition that is made like it has none, and needs none, as nothing is inserted into it directly.
create trigger count_completed after insert on webhooks.completed_delivery
referencing new table as completed for each statement execute function webhooks.count_completed();
