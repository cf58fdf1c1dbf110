import { sql, type Transaction } from 'kysely'
import {
  isNews,
  MAX_HELD_COUNT,
  operatorEventType,
  type RecordedTransition,
  type Transition,
} from '../domain/transition.ts'
import { OPERATOR_SUBSCRIPTION_ID } from './operator-account.ts'
import type { Tables } from './tables.ts'

/**
 * Records a transition and what is owed about it, the operator's event and e-mails, in the transaction that makes it:
 * all of it becomes visible together, or nothing does. Call it after the subscription's row was changed.
 *
 * The operator's event has the transition's id, and is owed only where there is an operator's webhook. About that
 * account's own subscriptions there are e-mails only.
 *
 * No contact is asked whether it wants e-mails, so they are few: one about the same state of a subscription in 24 hours,
 * unless its contact is another one meanwhile, and about at most {@link MAX_EMAILED_PER_HOUR} transitions of an account
 * in an hour. The rest are not owed later either.
 */
export async function recordTransition(
  tx: Transaction<Tables>,
  transition: Transition,
): Promise<RecordedTransition> {
  const { has_emails: hasEmails, ...facts } = await insert(tx, transition)
  const recorded = toRecorded(transition, facts)
  if (hasEmails) await oweEmails(tx, recorded)
  await publishToOperator(tx, recorded)
  return recorded
}

/** Transitions of an account in an hour that e-mails are sent about. */
export const MAX_EMAILED_PER_HOUR = 20

// Failed deliveries are looked at among the newest alone: an endpoint that is down for long has very many.
async function insert(tx: Transaction<Tables>, transition: Transition): Promise<Facts> {
  const { accountId, subscriptionId, from, to, reason, actor } = transition
  const { rows } = await sql<Facts>`
    insert into webhooks.subscription_transition
      (account_id, subscription_id, from_state, to_state, reason, actor, url, consecutive_failures, failing_since,
       last_outcome, last_detail, held_count, contact_email, has_emails)
    select s.account_id, s.id, ${from}, ${to}, ${reason}, ${actor}, s.url, s.consecutive_failures, s.failing_since,
      last.outcome, last.detail, held.count, s.contact_email,
      ${isNews(transition)} and not exists (
        select from webhooks.subscription_transition t
        where t.subscription_id = s.id and t.id >= webhooks.first_id_at(now() - interval '24 hours')
          and t.to_state = ${to} and t.has_emails and t.contact_email is not distinct from s.contact_email
      ) and (
        select count(*) from webhooks.subscription_transition t
        where t.account_id = s.account_id and t.at > now() - interval '1 hour' and t.has_emails
      ) < ${MAX_EMAILED_PER_HOUR}::int
    from webhooks.subscription s
    left join lateral (
      select a.outcome, a.detail from (
        (select d.id, d.attempt_count from webhooks.owed_delivery d
         where d.subscription_id = s.id and least(d.failure_count, 1) = 1 order by d.due_at desc limit 100)
        union all
        (select d.id, d.attempt_count from webhooks.completed_delivery d
         where d.subscription_id = s.id and d.status <> 'succeeded' order by d.id desc limit 100)
      ) failed
      join webhooks.attempt a on a.delivery_id = failed.id and a.number = failed.attempt_count
      order by a.started_at desc limit 1
    ) last on true
    cross join lateral (
      select count(*)::int as count from (
        select from webhooks.owed_delivery d where d.subscription_id = s.id limit ${MAX_HELD_COUNT}
      ) owed
    ) held
    where s.id = ${subscriptionId} and s.account_id = ${accountId}
    returning id, at, url, consecutive_failures, failing_since, last_outcome, last_detail, held_count,
      has_emails`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error(`There is no subscription ${subscriptionId} of this account`)
  return row
}

function toRecorded(transition: Transition, row: Omit<Facts, 'has_emails'>): RecordedTransition {
  return {
    ...transition,
    id: row.id,
    at: row.at,
    url: row.url,
    consecutiveFailures: row.consecutive_failures,
    failingSince: row.failing_since,
    lastOutcome: row.last_outcome,
    lastDetail: row.last_detail,
    heldCount: row.held_count,
  }
}

interface Facts {
  readonly id: string
  readonly at: Date
  readonly url: string
  readonly consecutive_failures: number
  readonly failing_since: Date | null
  readonly last_outcome: string | null
  readonly last_detail: string | null
  readonly held_count: number
  readonly has_emails: boolean
}

async function oweEmails(tx: Transaction<Tables>, { id, subscriptionId }: RecordedTransition): Promise<void> {
  await sql`
    insert into webhooks.owed_email (transition_id, recipient)
    select ${id}::uuid, s.contact_email from webhooks.subscription s
    where s.id = ${subscriptionId} and s.contact_email is not null
    union all
    select ${id}::uuid, null`.execute(tx)
}

async function publishToOperator(tx: Transaction<Tables>, transition: RecordedTransition): Promise<void> {
  const data = {
    subscription_id: transition.subscriptionId,
    account_id: transition.accountId,
    url: transition.url,
    from: transition.from,
    to: transition.to,
    reason: transition.reason,
    actor: transition.actor,
    consecutive_failures: transition.consecutiveFailures,
    failing_since: transition.failingSince?.toISOString() ?? null,
    last_outcome: transition.lastOutcome,
    last_detail: transition.lastDetail,
    held_count: transition.heldCount,
  }
  await sql`
    select webhooks.publish(s.account_id, ${operatorEventType(transition)}, ${JSON.stringify(data)}::json,
      ${transition.id}::uuid, ${transition.at}::timestamptz)
    from webhooks.subscription s
    where s.id = ${OPERATOR_SUBSCRIPTION_ID} and s.deleted_at is null
      and s.account_id <> ${transition.accountId}`.execute(tx)
}
