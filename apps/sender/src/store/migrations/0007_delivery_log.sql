-- What the Delivery Log and the recovery of failed deliveries look up. Redeliveries and tests are few, so these indexes
-- are small, and no other delivery pays for them.

create index owed_delivery_redeliveries on webhooks.owed_delivery (account_id, id) where redelivery_of is not null;
-- However many ask for an event again, and whichever of its deliveries they name, it is delivered once at a time.
create unique index owed_delivery_redelivery on webhooks.owed_delivery (subscription_id, event_key)
  where redelivery_of is not null;
create index owed_delivery_by_original on webhooks.owed_delivery (redelivery_of, id) where redelivery_of is not null;
-- Of what waits for a retry. A retry moves in the queue, and so in its indexes, anyway.
create index owed_delivery_by_outcome on webhooks.owed_delivery (account_id, last_outcome, id)
  where last_outcome is not null;
create index owed_delivery_by_http_status on webhooks.owed_delivery (account_id, last_http_status, id)
  where last_http_status is not null;
create index owed_delivery_tests on webhooks.owed_delivery (account_id, id) where is_test;

create index completed_delivery_redeliveries on webhooks.completed_delivery (account_id, id)
  where redelivery_of is not null;
create index completed_delivery_by_original on webhooks.completed_delivery (redelivery_of, id)
  where redelivery_of is not null;
create index completed_delivery_tests on webhooks.completed_delivery (account_id, id) where is_test;

-- Two jobs at once would make two redeliveries of one delivery.
create unique index recover_job_running on webhooks.recover_job (subscription_id) where status = 'running';
