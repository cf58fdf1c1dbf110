-- additive
-- Sessions of the web page, each begun with an API key. A revoked key ends them all: they are read together with it.
create table webhooks.session (
  id uuid primary key default webhooks.uuid_v7(),
  api_key_id uuid not null references webhooks.api_key (id),
  -- SHA-256 of the cookie, which holds 256 random bits.
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  created_at timestamptz not null default now(),
  -- It counts no more from this instant on; the row is deleted some time later.
  expires_at timestamptz not null
);

create index session_by_expiry on webhooks.session (expires_at);
create index session_by_key on webhooks.session (api_key_id);
