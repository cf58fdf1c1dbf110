import { type RawBuilder, sql } from 'kysely'
import type { DeliveryStatus } from './tables.ts'

/** Which deliveries to list. Each filter narrows; together they must all hold. */
export interface DeliveryFilter {
  readonly ids?: readonly string[]
  readonly subscriptionId?: string
  readonly event?: string
  readonly eventId?: string
  readonly status?: DeliveryStatus
  /** How the last attempt ended. */
  readonly outcome?: string
  /** Of the last attempt. */
  readonly httpStatus?: number
  readonly isTest?: boolean
  /** Whether a person, or a recovery, asked for it. */
  readonly isRedelivery?: boolean
  /** Redeliveries of that delivery. */
  readonly redeliveryOf?: string
  /** Created at or after. */
  readonly since?: Date
  /** Created before. */
  readonly until?: Date
}

/** A filter as the database is asked: with the account, and the event by the key under which it is stored. */
export interface AccountFilter extends DeliveryFilter {
  readonly accountId: string
  readonly eventKey?: string
}

/** One table to read newest first, along an index that has what `where` asks for in the order of ids. */
export interface Branch {
  readonly table: 'owed_delivery' | 'completed_delivery'
  readonly where: readonly RawBuilder<unknown>[]
}

/**
 * Where to look for what a filter wants: all of it is in these branches, and little else, as far as there is an index
 * for it. What is read there has still to be checked against {@link conditionsOf}.
 */
export function branchesOf(filter: AccountFilter): readonly Branch[] {
  const status = isSuccess(filter) ? 'succeeded' : filter.status
  const lookup = lookupOf(filter) ?? rarityOf(filter)
  const owed: Branch = { table: 'owed_delivery', where: lookup ?? owedWhere(filter) }
  if (status === 'pending') return [owed]
  const wanted = lookup === undefined ? completedWhere(filter) : [lookup]
  const completed = wanted.map((where): Branch => ({ table: 'completed_delivery', where }))
  return status === undefined ? [owed, ...completed] : completed
}

/** Everything that the filter asks for, on the columns of the view, apart from times: those are ranges of ids. */
export function conditionsOf(filter: AccountFilter): RawBuilder<unknown> {
  const { ids, subscriptionId, event, eventKey, status, outcome, httpStatus, redeliveryOf } = filter
  const { isTest, isRedelivery } = filter
  return all([
    sql`account_id = ${filter.accountId}`,
    ...(ids === undefined ? [] : [sql`id = any(${ids}::uuid[])`]),
    ...(subscriptionId === undefined ? [] : [sql`subscription_id = ${subscriptionId}`]),
    ...(event === undefined ? [] : [sql`event = ${event}`]),
    ...(eventKey === undefined ? [] : [sql`event_key = ${eventKey}`]),
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(outcome === undefined ? [] : [sql`last_outcome = ${outcome}`]),
    ...(httpStatus === undefined ? [] : [sql`last_http_status = ${httpStatus}`]),
    ...(isTest === undefined ? [] : [sql`is_test = ${isTest}`]),
    ...(isRedelivery === undefined ? [] : [sql`(redelivery_of is not null) = ${isRedelivery}`]),
    ...(redeliveryOf === undefined ? [] : [sql`redelivery_of = ${redeliveryOf}`]),
  ])
}

/** Conditions that must all hold. */
export function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join(conditions, sql` and `)
}

// What few deliveries have in common; sorted, not read in order.
function lookupOf({ ids, eventKey, redeliveryOf }: AccountFilter): Branch['where'] | undefined {
  if (ids !== undefined) return [sql`id = any(${ids}::uuid[])`]
  if (eventKey !== undefined) return [sql`event_key = ${eventKey}`]
  if (redeliveryOf !== undefined) return [sql`redelivery_of = ${redeliveryOf}`]
  return undefined
}

function rarityOf({ accountId, isRedelivery, isTest }: AccountFilter): Branch['where'] | undefined {
  if (isRedelivery === true) return [sql`account_id = ${accountId}`, sql`redelivery_of is not null`]
  if (isTest === true) return [sql`account_id = ${accountId}`, sql`is_test`]
  return undefined
}

function owedWhere({ accountId, subscriptionId, outcome, httpStatus }: AccountFilter): Branch['where'] {
  const account = sql`account_id = ${accountId}`
  if (outcome !== undefined) return [account, sql`last_outcome = ${outcome}`]
  if (httpStatus !== undefined) return [account, sql`last_http_status = ${httpStatus}`]
  return [subscriptionId === undefined ? account : sql`subscription_id = ${subscriptionId}`]
}

// What did not succeed has indexes of its own, which leave out nearly everything.
function completedWhere(filter: AccountFilter): readonly Branch['where'][] {
  const { accountId, subscriptionId, event, status, outcome, httpStatus } = filter
  const account = sql`account_id = ${accountId}`
  if (subscriptionId !== undefined) {
    const subscription = sql`subscription_id = ${subscriptionId}`
    return isUnsuccessful(filter)
      ? unsuccessful(status).map((one) => [subscription, sql`status = ${one}`, sql`status <> 'succeeded'`])
      : [[subscription]]
  }
  if (outcome !== undefined && outcome !== 'succeeded') {
    return [[account, sql`last_outcome = ${outcome}`, sql`last_outcome <> 'succeeded'`]]
  }
  if (httpStatus !== undefined && httpStatus !== 200) {
    return [[account, sql`last_http_status = ${httpStatus}`, sql`last_http_status <> 200`]]
  }
  if (status === 'failed' || status === 'canceled') {
    return [[account, sql`status = ${status}`, sql`status <> 'succeeded'`]]
  }
  return [event === undefined ? [account] : [account, sql`event = ${event}`]]
}

// A delivery succeeds with an answer of 2xx, and with nothing else; none that is pending has had one.
function isSuccess({ outcome, httpStatus }: Pick<DeliveryFilter, 'outcome' | 'httpStatus'>): boolean {
  return outcome === 'succeeded' || (httpStatus !== undefined && httpStatus >= 200 && httpStatus <= 299)
}

function isUnsuccessful(filter: AccountFilter): boolean {
  const { status, outcome, httpStatus } = filter
  if (status !== undefined) return status !== 'succeeded'
  return (outcome ?? httpStatus) !== undefined && !isSuccess(filter)
}

function unsuccessful(status: DeliveryStatus | undefined): readonly DeliveryStatus[] {
  return status === undefined ? ['failed', 'canceled'] : [status]
}
