-- Secrets that were rotated out, to be deleted when they have expired; all others are not in it.
create index subscription_secret_by_expiry on webhooks.subscription_secret (expires_at) where expires_at is not null;
