-- What administrators did, what the sender owes them, and requests that may be repeated.

-- Each administrative change, in a chain for each account: an entry's hash covers the one before it, and is keyed with
-- a secret that is not in the database. See `sender verify-audit`.
create table webhooks.audit_entry (
  account_id uuid not null,
  -- Counted from 1 without gaps.
  number bigint not null,
  at timestamptz not null,
  -- `key:<id>`, `user:<subject of the token>`, or `command:<name>`.
  actor text not null,
  action text not null,
  -- What was changed: its kind and id.
  target text not null,
  -- JSON, exactly as it was hashed; never holds a secret.
  details text not null,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (account_id, number)
);

-- How each chain ends: locked by whoever adds to it, and sealed with the same secret, so that entries at its end cannot
-- be cut off unseen.
create table webhooks.audit_head (
  account_id uuid primary key,
  number bigint not null,
  hash bytea not null check (octet_length(hash) = 32),
  seal bytea not null check (octet_length(seal) = 32)
) with (fillfactor = 50);

-- Answers to requests that carried an Idempotency-Key, to be given again. Sealed, because one may hold a new secret.
create table webhooks.idempotency_key (
  account_id uuid not null,
  key text not null,
  -- SHA-256 of what was asked.
  request_hash bytea not null check (octet_length(request_hash) = 32),
  http_status smallint not null,
  sealed_answer bytea not null,
  -- What it was about: deleted with it.
  subscription_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (account_id, key)
);

create index idempotency_key_by_age on webhooks.idempotency_key (created_at);

-- Redelivery of everything that failed for a subscription since some time. Progress is committed with the deliveries
-- that it made, so a job goes on after a crash where it was.
create table webhooks.recover_job (
  id uuid primary key default webhooks.uuid_v7(),
  account_id uuid not null,
  subscription_id uuid not null references webhooks.subscription (id),
  since timestamptz not null,
  until timestamptz not null,
  status text not null default 'running' check (status in ('running', 'completed', 'canceled')),
  -- Deliveries to recover, counted when it was asked for.
  total_count integer not null,
  redelivered_count integer not null default 0,
  deliveries_per_second integer not null check (deliveries_per_second > 0),
  -- The last delivery that was looked at; ids ascend.
  last_id uuid,
  created_by text not null,
  created_at timestamptz not null default now(),
  -- When the next batch may be made: the rate, and the claim of whoever is making one.
  due_at timestamptz default now(),
  completed_at timestamptz,
  check ((status = 'running') = (due_at is not null)),
  check ((status = 'running') = (completed_at is null))
);

create index recover_job_due on webhooks.recover_job (due_at) where status = 'running';
create index recover_job_by_account on webhooks.recover_job (account_id, id);

-- E-mails that are owed, each about one transition to one person. Committed with the transition; written when sent.
create table webhooks.owed_email (
  id uuid primary key default webhooks.uuid_v7(),
  transition_id uuid not null references webhooks.subscription_transition (id),
  -- The subscription's contact; null for whoever operates the sender, whose address is in its settings.
  recipient text,
  failure_count integer not null default 0,
  -- When it may be sent: pushed on by whoever is sending it, and by each failure.
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);

create index owed_email_due on webhooks.owed_email (due_at);
