-- The patterns that match an event type, the most specific first: `a.b.c`, `a.b.*`, `a.*`, `*`.
create function webhooks.patterns_of(event text) returns text[]
language sql immutable parallel safe
as $$
  select array[patterns_of.event]
    || array(select array_to_string((string_to_array(patterns_of.event, '.'))[:n], '.') || '.*'
             from generate_series(cardinality(string_to_array(patterns_of.event, '.')) - 1, 1, -1) n)
    || array['*']
$$;

-- The envelope of an event, as it is stored and sent.
create function webhooks.envelope_of(account_id uuid, event text, data json, event_id uuid, happened_at timestamptz)
returns bytea
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
-- Parameters are always written with the function's name before them.
#variable_conflict use_column
declare
  envelope bytea;
begin
  if envelope_of.account_id is null
    or not exists (select from webhooks.account a where a.id = envelope_of.account_id) then
    raise exception 'webhooks.publish: no account %', envelope_of.account_id using errcode = 'invalid_parameter_value';
  end if;
  if envelope_of.event is null or envelope_of.event !~ '^[a-z0-9_]+(\.[a-z0-9_]+)+$' or length(envelope_of.event) > 100 then
    raise exception 'webhooks.publish: event must be a dotted lower-case name such as scan.completed'
      using errcode = 'invalid_parameter_value';
  end if;
  if envelope_of.data is null or json_typeof(envelope_of.data) <> 'object' then
    raise exception 'webhooks.publish: data must be a JSON object' using errcode = 'invalid_parameter_value';
  end if;
  if envelope_of.event_id is null then
    raise exception 'webhooks.publish: event_id must not be null' using errcode = 'invalid_parameter_value';
  end if;
  -- RFC 3339 has four digits for the year.
  if envelope_of.happened_at is null
    or envelope_of.happened_at < '1970-01-01 00:00:00+00' or envelope_of.happened_at >= '10000-01-01 00:00:00+00' then
    raise exception 'webhooks.publish: timestamp must be in the years 1970 to 9999' using errcode = 'invalid_parameter_value';
  end if;

  envelope := convert_to(
    '{"event":' || to_json(envelope_of.event)::text
    || ',"event_id":"' || envelope_of.event_id
    || '","timestamp":"' || to_char(envelope_of.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || '","data":' || envelope_of.data::text || '}', 'UTF8');
  if octet_length(envelope) > 262144 then
    raise exception 'webhooks.publish: the envelope has % bytes, more than the 262144 allowed', octet_length(envelope)
      using errcode = 'program_limit_exceeded';
  end if;
  return envelope;
end
$$;

-- Stores an event whose identity was just made, with one pending delivery for each matching subscription, wakes the
-- dispatchers when the transaction commits, and returns how many deliveries there are.
create function webhooks.store_event(
  key uuid, account_id uuid, event text, event_id uuid, happened_at timestamptz, envelope bytea, traceparent text
) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  -- Not now(), which in a long transaction is long ago. The Delivery Log finds a time by its ids.
  stored_at timestamptz := clock_timestamp();
  patterns text[] := webhooks.patterns_of(store_event.event);
  lanes uuid[];
  matches text[];
begin
  select coalesce(array_agg(s.id), '{}'), array_agg(m.pattern) into lanes, matches
  from webhooks.subscription s
  cross join lateral (
    select p.pattern from unnest(patterns) with ordinality p (pattern, place)
    where p.pattern = any (s.events) order by p.place limit 1
  ) m
  where s.account_id = store_event.account_id and s.deleted_at is null and s.events && patterns;

  insert into webhooks.event (id, account_id, event_id, event, "timestamp", body, delivery_count, traceparent, created_at)
  values (store_event.key, store_event.account_id, store_event.event_id, store_event.event, store_event.happened_at,
    store_event.envelope, cardinality(lanes), store_event.traceparent, stored_at);

  insert into webhooks.owed_delivery (id, account_id, subscription_id, event_key, event_id, event, matched_by, due_at, created_at)
  select webhooks.uuid_v7(stored_at), store_event.account_id, lane, store_event.key, store_event.event_id, store_event.event,
    pattern, stored_at, stored_at
  from unnest(lanes, matches) as m (lane, pattern);

  -- A notification carries at most 8,000 bytes.
  for n in 1 .. cardinality(lanes) by 200 loop
    perform pg_notify('webhooks_due', array_to_string(lanes[n:n + 199], ','));
  end loop;
  return cardinality(lanes);
end
$$;

-- What the first publishing of an event_id answered; no row if its event is no longer kept. Then the event_id is
-- `key`'s from now on, and the caller stores the event.
create function webhooks.find_published(account_id uuid, event_id uuid, key uuid)
returns table (published_at timestamptz, delivery_count integer)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  found_key uuid;
begin
  loop
    select i.event_key, e."timestamp", e.delivery_count into found_key, published_at, delivery_count
    from webhooks.event_identity i left join webhooks.event e on e.id = i.event_key
    where i.account_id = find_published.account_id and i.event_id = find_published.event_id;
    if published_at is not null then
      return next;
      return;
    end if;
    if found_key is null then
      insert into webhooks.event_identity (account_id, event_id, event_key)
      values (find_published.account_id, find_published.event_id, find_published.key)
      on conflict (account_id, event_id) do nothing;
    else
      update webhooks.event_identity i set event_key = find_published.key
      where i.account_id = find_published.account_id and i.event_id = find_published.event_id and i.event_key = found_key;
    end if;
    exit when found;
  end loop;
end
$$;

-- Publishes events, all or none, and answers for each in turn as webhooks.publish does. A null event_id is generated,
-- a null timestamp is now. An event_id that comes twice is published once. Where another transaction holds an event_id,
-- it waits, or for at most `wait_ms`.
create function webhooks.publish_all(
  account_ids uuid[],
  events text[],
  datas json[],
  event_ids uuid[],
  timestamps timestamptz[],
  traceparents text[],
  wait_ms integer default null
) returns table (published_event_id uuid, published_at timestamptz, delivery_count integer, is_new boolean)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  keys uuid[] := '{}';
  envelopes bytea[] := '{}';
  happened_at timestamptz[] := '{}';
  ids uuid[] := '{}';
  begun_at timestamptz := clock_timestamp();
  known record;
begin
  if wait_ms is not null then
    perform set_config('lock_timeout', wait_ms::text, true);
  end if;
  for i in 1 .. cardinality(events) loop
    ids[i] := coalesce(event_ids[i], gen_random_uuid());
    happened_at[i] := date_trunc('milliseconds', coalesce(timestamps[i], begun_at));
    envelopes[i] := webhooks.envelope_of(account_ids[i], events[i], datas[i], ids[i], happened_at[i]);
    -- They ascend, however coarse the clock is.
    keys[i] := webhooks.uuid_v7(begun_at + i * interval '1 microsecond');
  end loop;
  perform webhooks.ensure_partitions(day) from (
    select distinct (at at time zone 'UTC')::date as day
    from unnest(array[begun_at, begun_at + cardinality(events) * interval '1 microsecond', clock_timestamp()]) as at) as days
  where to_regclass('webhooks.event_' || to_char(day, 'YYYYMMDD')) is null;

  -- In one order for all: two batches with the same events never wait for each other.
  insert into webhooks.event_identity (account_id, event_id, event_key)
  select distinct on (account_id, event_id) account_id, event_id, key
  from unnest(account_ids, ids, keys) with ordinality as e (account_id, event_id, key, place)
  order by account_id, event_id, place
  on conflict (account_id, event_id) do nothing;

  for i in 1 .. cardinality(events) loop
    published_event_id := ids[i];
    is_new := exists (
      select from webhooks.event_identity n
      where n.account_id = account_ids[i] and n.event_id = ids[i] and n.event_key = keys[i]);
    if not is_new then
      select f.published_at, f.delivery_count into known from webhooks.find_published(account_ids[i], ids[i], keys[i]) f;
      is_new := not found;
      published_at := known.published_at;
      delivery_count := known.delivery_count;
    end if;
    if is_new then
      published_at := happened_at[i];
      delivery_count := webhooks.store_event(
        keys[i], account_ids[i], events[i], ids[i], happened_at[i], envelopes[i], traceparents[i]);
    end if;
    return next;
  end loop;
end
$$;

-- Publishes one event: stores it with one pending delivery for each matching subscription, and wakes the
-- dispatchers when the transaction commits. The same event_id again makes nothing new and answers as the
-- first time did. It takes no lock that a dispatcher, or a publisher of another event, waits for, so a long
-- transaction may call it.
create function webhooks.publish(
  account_id uuid,
  event text,
  data json,
  event_id uuid default gen_random_uuid(),
  "timestamp" timestamptz default clock_timestamp(),
  traceparent text default null
) returns table (published_event_id uuid, published_at timestamptz, delivery_count integer, is_new boolean)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  -- What is stored and sent has milliseconds.
  happened_at timestamptz := date_trunc('milliseconds', publish."timestamp");
  begun_at timestamptz := clock_timestamp();
  key uuid := webhooks.uuid_v7(begun_at);
  envelope bytea := webhooks.envelope_of(publish.account_id, publish.event, publish.data, publish.event_id, happened_at);
  today date := (begun_at at time zone 'UTC')::date;
  known record;
begin
  -- Made ahead by every dispatcher. Where none has run for days, publishing goes on all the same.
  if to_regclass('webhooks.event_' || to_char(today, 'YYYYMMDD')) is null then
    perform webhooks.ensure_partitions(today);
  end if;

  insert into webhooks.event_identity (account_id, event_id, event_key)
  values (publish.account_id, publish.event_id, key)
  on conflict (account_id, event_id) do nothing;
  is_new := found;
  if not is_new then
    select f.published_at, f.delivery_count into known
    from webhooks.find_published(publish.account_id, publish.event_id, key) f;
    is_new := not found;
  end if;

  published_event_id := publish.event_id;
  if is_new then
    published_at := happened_at;
    delivery_count := webhooks.store_event(
      key, publish.account_id, publish.event, publish.event_id, happened_at, envelope, publish.traceparent);
  else
    published_at := known.published_at;
    delivery_count := known.delivery_count;
  end if;
  return next;
end
$$;

revoke all on function webhooks.envelope_of(uuid, text, json, uuid, timestamptz) from public;
revoke all on function webhooks.store_event(uuid, uuid, text, uuid, timestamptz, bytea, text) from public;
revoke all on function webhooks.find_published(uuid, uuid, uuid) from public;
revoke all on function webhooks.publish_all(uuid[], text[], json[], uuid[], timestamptz[], text[], integer) from public;
revoke all on function webhooks.publish(uuid, text, json, uuid, timestamptz, text) from public;
