-- additive
-- The trail of one subscription or key, in an account where much else was changed meanwhile.
create index audit_entry_by_target on webhooks.audit_entry (account_id, target, number);
