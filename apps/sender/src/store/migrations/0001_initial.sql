-- Accounts, API keys, subscriptions, events, deliveries and attempts.
--
-- The high-volume tables (event, delivery, attempt) carry no foreign keys: checking one locks the referenced
-- row, and every event of a busy subscription would queue on that row. Nothing they point to is ever deleted
-- before them: a deleted subscription keeps its row.

-- RFC 9562 UUIDv7: ids sort by creation time, so that the newest page of a log is the end of its index.
create function webhooks.uuid_v7(at timestamptz default clock_timestamp()) returns uuid
language sql volatile parallel safe
as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid
$$;

create table webhooks.account (
  id uuid primary key default webhooks.uuid_v7(),
  name text not null unique check (length(name) between 1 and 200),
  created_at timestamptz not null default now()
);

create table webhooks.api_key (
  id uuid primary key default webhooks.uuid_v7(),
  account_id uuid not null references webhooks.account (id),
  role text not null check (role in ('admin', 'member', 'publisher')),
  -- SHA-256 of the key. The key holds 256 random bits, so a slow hash would add nothing.
  key_hash bytea not null unique check (octet_length(key_hash) = 32),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create table webhooks.subscription (
  id uuid primary key default webhooks.uuid_v7(),
  account_id uuid not null references webhooks.account (id),
  url text not null,
  -- Event types, or `*` for all.
  events text[] not null check (cardinality(events) > 0),
  state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
  -- Why the state is what it is, as a code: `endpoint_gone`.
  state_reason text,
  -- No attempt starts before this instant: the endpoint asked for time with Retry-After.
  held_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);

create index subscription_by_account on webhooks.subscription (account_id, id) where deleted_at is null;

create table webhooks.subscription_secret (
  id uuid primary key default webhooks.uuid_v7(),
  subscription_id uuid not null references webhooks.subscription (id),
  -- AES-256-GCM, bound to the subscription's id.
  sealed bytea not null,
  -- The last characters, to tell secrets apart without showing one.
  hint text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);

create index subscription_secret_by_subscription on webhooks.subscription_secret (subscription_id, id);

create table webhooks.event (
  id uuid primary key default webhooks.uuid_v7(),
  account_id uuid not null,
  event_id uuid not null,
  event text not null,
  "timestamp" timestamptz not null,
  -- The envelope's exact bytes; what is signed.
  body bytea not null,
  -- Deliveries made when it was published.
  delivery_count integer not null default 0,
  created_at timestamptz not null default now(),
  unique (account_id, event_id)
);

-- One row is the delivery, its place in the queue and its line in the Delivery Log, so there is nothing to
-- keep in step. A claim changes no indexed column (a heap-only update); only an outcome touches the indexes.
create table webhooks.delivery (
  id uuid primary key default webhooks.uuid_v7(),
  account_id uuid not null,
  subscription_id uuid not null,
  -- webhooks.event (id); event_id and event repeat its columns for the log's filters.
  event_key uuid not null,
  event_id uuid not null,
  event text not null,
  status text not null default 'pending' check (status in ('pending', 'succeeded', 'failed', 'canceled')),
  -- Attempts started, counting those whose outcome was lost in a crash.
  attempt_count integer not null default 0,
  -- Attempts that failed: the place in the retry schedule.
  failure_count integer not null default 0,
  -- When the next attempt may start; null once nothing more is owed.
  due_at timestamptz default now(),
  -- The claim: who may settle this row (lease_id), since when, and until when nobody else may claim it.
  lease_id uuid,
  leased_at timestamptz,
  lease_until timestamptz,
  last_outcome text,
  last_http_status smallint,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  check ((status = 'pending') = (due_at is not null)),
  check ((status = 'pending') = (completed_at is null))
) with (
  -- More than half of each page is kept free for the rows' versions under a claim, which are larger by the lease, so
  -- that no index has to follow them.
  fillfactor = 45,
  -- A queue is mostly dead rows: clean up by count, not by share of a table that only grows.
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0
);

-- The lanes: each subscription's due deliveries in order.
create index delivery_lane on webhooks.delivery (subscription_id, due_at, id) where status = 'pending';
create index delivery_by_account on webhooks.delivery (account_id, id);
create index delivery_by_subscription on webhooks.delivery (subscription_id, id);
create index delivery_by_event_id on webhooks.delivery (event_id);
create index delivery_failed on webhooks.delivery (account_id, id) where status = 'failed';

create table webhooks.attempt (
  delivery_id uuid not null,
  number integer not null,
  started_at timestamptz not null,
  duration_ms integer not null,
  outcome text not null,
  http_status smallint,
  -- The start of the response's body, as it came.
  response_body bytea,
  -- What went wrong, for a person; never holds a secret.
  detail text,
  primary key (delivery_id, number)
);

-- Publishes one event: stores it with one pending delivery for each matching subscription, and wakes the
-- dispatchers when the transaction commits. The same event_id again makes nothing new and answers as the
-- first time did. It takes no lock that a dispatcher, or a publisher of another event, waits for, so a long
-- transaction may call it.
create function webhooks.publish(
  account_id uuid,
  event text,
  data json,
  event_id uuid default gen_random_uuid(),
  "timestamp" timestamptz default clock_timestamp()
) returns table (published_event_id uuid, published_at timestamptz, delivery_count integer, is_new boolean)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
-- Parameters are always written with the function's name before them.
#variable_conflict use_column
declare
  -- What is stored and sent has milliseconds.
  happened_at timestamptz := date_trunc('milliseconds', publish."timestamp");
  -- Not now(), which in a long transaction is long ago. The Delivery Log finds a time by its ids.
  stored_at timestamptz := clock_timestamp();
  envelope bytea;
  key uuid;
  lanes uuid[];
begin
  if publish.account_id is null or not exists (select from webhooks.account a where a.id = publish.account_id) then
    raise exception 'webhooks.publish: no account %', publish.account_id using errcode = 'invalid_parameter_value';
  end if;
  if publish.event is null or publish.event !~ '^[a-z0-9_]+(\.[a-z0-9_]+)+$' or length(publish.event) > 100 then
    raise exception 'webhooks.publish: event must be a dotted lower-case name such as scan.completed'
      using errcode = 'invalid_parameter_value';
  end if;
  if publish.data is null or json_typeof(publish.data) <> 'object' then
    raise exception 'webhooks.publish: data must be a JSON object' using errcode = 'invalid_parameter_value';
  end if;
  if publish.event_id is null then
    raise exception 'webhooks.publish: event_id must not be null' using errcode = 'invalid_parameter_value';
  end if;
  -- RFC 3339 has four digits for the year.
  if happened_at is null or happened_at < '1970-01-01 00:00:00+00' or happened_at >= '10000-01-01 00:00:00+00' then
    raise exception 'webhooks.publish: timestamp must be in the years 1970 to 9999' using errcode = 'invalid_parameter_value';
  end if;

  envelope := convert_to(
    '{"event":' || to_json(publish.event)::text
    || ',"event_id":"' || publish.event_id
    || '","timestamp":"' || to_char(happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || '","data":' || publish.data::text || '}', 'UTF8');
  if octet_length(envelope) > 262144 then
    raise exception 'webhooks.publish: the envelope has % bytes, more than the 262144 allowed', octet_length(envelope)
      using errcode = 'program_limit_exceeded';
  end if;

  lanes := array(
    select s.id from webhooks.subscription s
    where s.account_id = publish.account_id and s.deleted_at is null
      and s.events && array['*', publish.event]
  );

  insert into webhooks.event (id, account_id, event_id, event, "timestamp", body, delivery_count, created_at)
  values (webhooks.uuid_v7(stored_at), publish.account_id, publish.event_id, publish.event, happened_at, envelope,
    cardinality(lanes), stored_at)
  on conflict (account_id, event_id) do nothing
  returning id into key;

  if key is null then
    return query
      select e.event_id, e."timestamp", e.delivery_count, false from webhooks.event e
      where e.account_id = publish.account_id and e.event_id = publish.event_id;
    return;
  end if;

  insert into webhooks.delivery (id, account_id, subscription_id, event_key, event_id, event, due_at, created_at)
  select webhooks.uuid_v7(stored_at), publish.account_id, lane, key, publish.event_id, publish.event, stored_at, stored_at
  from unnest(lanes) lane;

  -- A notification carries at most 8,000 bytes; an empty one asks the dispatchers to look for themselves.
  if cardinality(lanes) > 0 then
    perform pg_notify('webhooks_due', case when cardinality(lanes) <= 200 then array_to_string(lanes, ',') else '' end);
  end if;

  return query select publish.event_id, happened_at, cardinality(lanes), true;
end
$$;

revoke all on function webhooks.publish(uuid, text, json, uuid, timestamptz) from public;
