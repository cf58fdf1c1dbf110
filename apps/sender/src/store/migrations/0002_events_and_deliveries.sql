-- Events, deliveries and attempts.
--
-- These tables carry no foreign keys: checking one locks the referenced row, and every event of a busy subscription
-- would queue on that row. Nothing they point to is ever deleted before them: a deleted subscription keeps its row.
--
-- A delivery is one row: in `owed_delivery`, the queue, while it is pending, and moved by the statement that settles it
-- to `completed_delivery`, the log. The queue stays as small as what is owed, and the log is only ever appended to.
-- The view `delivery` is both.
--
-- The log is partitioned by day: ids are UUIDv7, so a range of ids is a range of time. Events, completed deliveries and
-- attempts go by the day on which the event, or the delivery, was made; dropping a day drops all three.

create table webhooks.event (
  id uuid primary key,
  account_id uuid not null,
  event_id uuid not null,
  event text not null,
  "timestamp" timestamptz not null,
  -- The envelope's exact bytes; what is signed.
  body bytea not null,
  -- Deliveries made when it was published.
  delivery_count integer not null,
  -- W3C traceparent of whoever published it.
  traceparent text,
  created_at timestamptz not null
) partition by range (id);

-- An event_id is published once, whatever the day: a unique index over partitions could not tell.
create table webhooks.event_identity (
  account_id uuid not null,
  event_id uuid not null,
  -- webhooks.event (id)
  event_key uuid not null,
  primary key (account_id, event_id)
);

-- A claim changes no indexed column (a heap-only update).
create table webhooks.owed_delivery (
  id uuid primary key,
  account_id uuid not null,
  subscription_id uuid not null,
  -- webhooks.event (id); event_id and event repeat its columns for the log's filters.
  event_key uuid not null,
  event_id uuid not null,
  event text not null,
  -- The subscription's pattern that the event matched; null for a test.
  matched_by text,
  -- The delivery that a person asked to be made again.
  redelivery_of uuid,
  -- A test is attempted once.
  is_test boolean not null default false,
  -- Attempts started, counting those whose outcome was lost in a crash.
  attempt_count integer not null default 0,
  -- Attempts that failed: the place in the retry schedule.
  failure_count integer not null default 0,
  -- When the next attempt may start.
  due_at timestamptz not null,
  -- The claim: who may settle this row (lease_id), since when, and until when nobody else may claim it.
  lease_id uuid,
  leased_at timestamptz,
  lease_until timestamptz,
  last_outcome text,
  last_http_status smallint,
  created_at timestamptz not null
) with (
  -- More than half of each page is kept free for the rows' versions under a claim, which are larger by the lease, so
  -- that no index has to follow them.
  fillfactor = 45,
  -- A queue is mostly dead rows: clean up by count, not by share.
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0
);

-- The lanes: each subscription's due deliveries in order, first attempts apart from retries, so that many of the one
-- kind do not hide the other. No condition on a boolean would do: PostgreSQL turns its negation into `failure_count <= 0`,
-- which it then does not find here.
create index owed_delivery_lane on webhooks.owed_delivery (subscription_id, least(failure_count, 1), due_at, id);
-- The order of publishing.
create index owed_delivery_by_subscription on webhooks.owed_delivery (subscription_id, id);
create index owed_delivery_by_account on webhooks.owed_delivery (account_id, id);
create index owed_delivery_by_event on webhooks.owed_delivery (event_key);

create table webhooks.completed_delivery (
  id uuid primary key,
  account_id uuid not null,
  subscription_id uuid not null,
  event_key uuid not null,
  event_id uuid not null,
  event text not null,
  matched_by text,
  redelivery_of uuid,
  is_test boolean not null,
  status text not null check (status in ('succeeded', 'failed', 'canceled')),
  -- Why it was given up or canceled, as a code: `retries_exhausted`, `test_interrupted`, `subscription_deleted`.
  reason text,
  attempt_count integer not null,
  failure_count integer not null,
  -- Whose attempt was under way when it was canceled, and may still be recorded.
  lease_id uuid,
  last_outcome text,
  last_http_status smallint,
  created_at timestamptz not null,
  completed_at timestamptz not null
) partition by range (id);

create index completed_delivery_by_account on webhooks.completed_delivery (account_id, id);
create index completed_delivery_by_subscription on webhooks.completed_delivery (subscription_id, id);
create index completed_delivery_by_event on webhooks.completed_delivery (event_key);
create index completed_delivery_by_type on webhooks.completed_delivery (account_id, event, id);
-- What people look for is what went wrong; what went well is everywhere.
create index completed_delivery_by_status on webhooks.completed_delivery (account_id, status, id)
  where status <> 'succeeded';
create index completed_delivery_by_subscription_and_status on webhooks.completed_delivery (subscription_id, status, id)
  where status <> 'succeeded';
create index completed_delivery_by_outcome on webhooks.completed_delivery (account_id, last_outcome, id)
  where last_outcome <> 'succeeded';
create index completed_delivery_by_http_status on webhooks.completed_delivery (account_id, last_http_status, id)
  where last_http_status <> 200;

create view webhooks.delivery as
  select id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test,
    'pending'::text as status, null::text as reason, attempt_count, failure_count, due_at, lease_id, leased_at,
    lease_until, last_outcome, last_http_status, created_at, null::timestamptz as completed_at
  from webhooks.owed_delivery
  union all
  select id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test,
    status, reason, attempt_count, failure_count, null, null, null, null, last_outcome, last_http_status, created_at,
    completed_at
  from webhooks.completed_delivery;

create table webhooks.attempt (
  delivery_id uuid not null,
  number integer not null,
  started_at timestamptz not null,
  duration_ms integer not null,
  -- Parts of the duration in milliseconds; null for what was not reached, or not needed on a connection kept alive.
  dns_ms real,
  connect_ms real,
  tls_ms real,
  first_byte_ms real,
  body_ms real,
  -- The address that was connected to.
  remote_address text,
  outcome text not null,
  http_status smallint,
  -- The headers as they were sent, as a JSON object; values of the customer's own that look like credentials are masked.
  request_headers text,
  -- The start of the response's body, as it came.
  response_body bytea,
  -- What went wrong, for a person; never holds a secret.
  detail text,
  primary key (delivery_id, number)
) partition by range (delivery_id);

-- The smallest of all ids that are made from that instant on.
create function webhooks.first_id_at(at timestamptz) returns uuid
language sql immutable parallel safe
as $$
  select rpad(lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- Makes the partitions of a day (UTC) of all three tables, if they are missing. ATTACH takes no lock that readers or
-- writers wait for, and publishers that miss the same day take turns.
create function webhooks.ensure_partitions(day date) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  parent text;
  suffix text := to_char(ensure_partitions.day, 'YYYYMMDD');
begin
  perform pg_advisory_xact_lock(1668902000, ensure_partitions.day - date '2000-01-01');
  -- The event's partition is attached last, so its presence says that all are there.
  foreach parent in array array['attempt', 'completed_delivery', 'event'] loop
    continue when to_regclass(format('webhooks.%I', parent || '_' || suffix)) is not null;
    execute format('create table webhooks.%I (like webhooks.%I including all)', parent || '_' || suffix, parent);
    execute format('alter table webhooks.%I attach partition webhooks.%I for values from (%L) to (%L)',
      parent, parent || '_' || suffix,
      webhooks.first_id_at(ensure_partitions.day::timestamp at time zone 'UTC'),
      webhooks.first_id_at((ensure_partitions.day + 1)::timestamp at time zone 'UTC'));
  end loop;
end
$$;

revoke all on function webhooks.ensure_partitions(date) from public;
