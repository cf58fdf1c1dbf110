-- Accounts, API keys, subscriptions and what happened to them.

-- RFC 9562 UUIDv7 with the microseconds in rand_a (method 3 of §6.2): ids sort by creation time, so that the newest page
-- of a log is the end of its index, and what one session makes after another sorts after it.
create function webhooks.uuid_v7(at timestamptz default clock_timestamp()) returns uuid
language sql volatile parallel safe
as $$
  select (
    lpad(to_hex(us / 1000), 12, '0') || '7' || lpad(to_hex(us % 1000 * 4096 / 1000), 3, '0')
    -- The variant and 62 random bits.
    || substr(gen_random_uuid()::text, 20))::uuid
  from (select (extract(epoch from at) * 1000000)::bigint as us) as instant
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
  -- What it is for, in the words of whoever made it.
  name text not null default '',
  -- SHA-256 of the key. The key holds 256 random bits, so a slow hash would add nothing.
  key_hash bytea not null unique check (octet_length(key_hash) = 32),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create index api_key_by_account on webhooks.api_key (account_id, id);

create table webhooks.subscription (
  id uuid primary key default webhooks.uuid_v7(),
  account_id uuid not null references webhooks.account (id),
  url text not null,
  description text not null default '',
  -- Patterns: event types, `compliance.*` for all below a name, or `*` for all.
  events text[] not null check (cardinality(events) > 0),
  -- Headers of the customer's own, as JSON under AES-256-GCM, bound to the subscription's id: some are credentials.
  sealed_headers bytea,
  -- Time for one attempt; null for the sender's own.
  attempt_timeout_ms integer check (attempt_timeout_ms > 0),
  -- One delivery at a time, in the order of publishing.
  is_ordered boolean not null default false,
  -- Who is told by e-mail when attempts begin to fail, and when it is disabled.
  contact_email text,

  state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
  -- Why the state is what it is, as a code: `endpoint_gone`, `repeated_failures`, `requested`.
  state_reason text,
  -- No attempt starts before this instant: the endpoint asked for time, or it is down and was just probed.
  held_until timestamptz,
  -- One delivery at a time is attempted until one succeeds: the endpoint is down, or was just resumed.
  is_probing boolean not null default false,
  -- The last claim of a probe. It is under way for as long as that delivery is leased by that claim.
  probe_delivery_id uuid,
  probe_lease_id uuid,
  -- Failed attempts since the last that succeeded, and since when. Our own faults and refused addresses do not count.
  consecutive_failures integer not null default 0,
  failing_since timestamptz,
  -- Since when the customer is warned that it is going to be disabled.
  degraded_at timestamptz,
  -- Counts how often the endpoint began afresh: another URL, resumed, enabled. What an attempt from before says of it
  -- no longer counts.
  generation integer not null default 0,

  -- Counts the changes that people made; the ETag of the API.
  version integer not null default 1,
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
  -- When it stops being used for signing: set on the old one when a new one takes over.
  expires_at timestamptz
);

create index subscription_secret_by_subscription on webhooks.subscription_secret (subscription_id, id);

-- Each change of a subscription's state or health, once.
create table webhooks.subscription_transition (
  id uuid primary key default webhooks.uuid_v7(),
  account_id uuid not null,
  subscription_id uuid not null references webhooks.subscription (id),
  at timestamptz not null default now(),
  from_state text not null check (from_state in ('active', 'degraded', 'paused', 'disabled')),
  to_state text not null check (to_state in ('active', 'degraded', 'paused', 'disabled')),
  reason text not null,
  -- Who asked for it; null for the sender itself.
  actor text,
  -- What was known then, so that whoever is told of it later reads the same.
  url text not null,
  consecutive_failures integer not null,
  failing_since timestamptz,
  -- An attempt that failed lately.
  last_outcome text,
  last_detail text,
  -- Deliveries that were owed; counted up to 100,000.
  held_count integer not null,
  -- The subscription's contact, and whether e-mails were owed about it.
  contact_email text,
  has_emails boolean not null default false,
  check (from_state <> to_state)
);

create index subscription_transition_by_subscription on webhooks.subscription_transition (subscription_id, id);
create index subscription_transition_with_emails on webhooks.subscription_transition (account_id, at) where has_emails;
