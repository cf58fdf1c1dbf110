-- additive
-- Counts what was in the log before anything was counted, by hours where minutes are not kept. Nobody waits for it: what
-- has come into the log since the last migration is marked as counted. Day by day, as attempts and deliveries of a day are
-- in partitions of that day. Attempts are counted up to now; those of senders of an older version after it are not.
do $$
declare
  day record;
  minutes_from timestamptz := now() - interval '3 days';
begin
  for day in
    select webhooks.first_id_at(at) as first_id, webhooks.first_id_at(at + interval '24 hours') as next_id
    from (
      select to_date(right(relname, 8), 'YYYYMMDD')::timestamp at time zone 'UTC' as at
      from pg_class where relnamespace = 'webhooks'::regnamespace and relname ~ '^completed_delivery_[0-9]{8}$'
    ) days
    order by at
  loop
    insert into webhooks.statistics_delta (account_id, subscription_id, event, made_at, status, count)
    select account_id, subscription_id, event,
      date_bin(case when created_at < minutes_from then interval '1 hour' else interval '1 minute' end, created_at, 'epoch'),
      status, count(*)
    from webhooks.completed_delivery
    where id >= day.first_id and id < day.next_id and is_counted is null and not is_test
    group by 1, 2, 3, 4, 5;

    insert into webhooks.statistics_delta (account_id, subscription_id, event, ended_at, has_succeeded, latency_bin, count)
    select account_id, subscription_id, event,
      date_bin(case when ended_at < minutes_from then interval '1 hour' else interval '1 minute' end, ended_at, 'epoch'),
      outcome = 'succeeded', case when http_status is not null then webhooks.latency_bin(duration_ms) end, count(*)
    from (
      select d.account_id, d.subscription_id, d.event, a.outcome, a.http_status, a.duration_ms,
        a.started_at + a.duration_ms * interval '1 millisecond' as ended_at
      from webhooks.attempt a join webhooks.delivery d on d.id = a.delivery_id
      where a.delivery_id >= day.first_id and a.delivery_id < day.next_id and d.id >= day.first_id and d.id < day.next_id
        and not d.is_test and a.outcome not in ('canceled', 'lease_expired')
    ) ended
    group by 1, 2, 3, 4, 5, 6;
  end loop;
end
$$;
