import type { Attempt, DeliveryDetail } from '../../api/deliveries.ts'
import type { deliveryAdvice } from '../../strings/delivery-advice.ts'

/** Something that can be done about a delivery, as a key of the strings that say it. */
export type Advice = keyof typeof deliveryAdvice

/** What advice is derived from. */
export type AdvisedDelivery = Pick<DeliveryDetail, 'status' | 'reason' | 'is_test'> & {
  readonly why: Pick<DeliveryDetail['why'], 'code'>
  readonly attempts: readonly Pick<Attempt, 'outcome' | 'http_status' | 'response_body'>[]
}

/**
 * What whoever owns the receiver, or the subscription, can do so that the delivery arrives, most pressing first; empty when
 * nothing has to be done, or nobody but the sender's operator can.
 */
export function advise(delivery: AdvisedDelivery): readonly Advice[] {
  const { status, why } = delivery
  if (status === 'succeeded') return []
  if (status === 'canceled') {
    return delivery.reason === 'backlog_expired' || delivery.reason === 'backlog_full' ? ['backlog_lost'] : []
  }
  const onState = subscriptionAdvice[why.code]
  const onOutcome = adviseOnOutcome(delivery.attempts)
  const after: readonly Advice[] =
    status === 'failed' && onOutcome !== undefined ? [delivery.is_test ? 'then_test' : 'then_redeliver'] : []
  // A gone endpoint's advice says to enable it too; while others are waited for, what fails them comes first.
  if (onOutcome === 'gone' && onState === 'enable') return [onOutcome]
  const both = why.code === 'probed' ? [onOutcome, onState] : [onState, onOutcome]
  return [...both.filter((advice) => advice !== undefined), ...after]
}

const subscriptionAdvice: Readonly<Partial<Record<DeliveryDetail['why']['code'], Advice>>> = {
  disabled: 'enable',
  paused: 'resume',
  probed: 'probed',
  behind: 'behind',
}

function adviseOnOutcome(attempts: AdvisedDelivery['attempts']): Advice | undefined {
  const last = attempts.findLast(({ outcome }) => !isOfSender(outcome))
  if (last === undefined || last.outcome === 'succeeded') return undefined
  const { outcome, http_status: status, response_body: body } = last
  return outcomeAdvice[outcome] ?? adviseOnStatus(status ?? 0, body ?? '')
}

/** Whether an attempt ended by the sender's own doing: the receiver has no part in it. */
export function isOfSender(outcome: string): boolean {
  return outcome === 'canceled' || outcome === 'lease_expired' || outcome === 'internal'
}

const outcomeAdvice: Readonly<Record<string, Advice>> = {
  redirect: 'redirect',
  dns: 'dns',
  connect: 'connect',
  tls: 'tls',
  reset: 'reset',
  timeout: 'timeout',
  ssrf_blocked: 'address',
}

function adviseOnStatus(status: number, body: string): Advice {
  const named = codeAdvice.find(([code]) => code.test(body))?.[1]
  if (named !== undefined) return named
  if (status === 401) return 'unauthorized'
  return statusAdvice[status] ?? (status >= 500 ? 'failed' : 'status')
}

// Codes of receivers, and what theirs often say in words; see docs/errors.md.
const codeAdvice: readonly (readonly [RegExp, Advice])[] = [
  [/attempt_too_old|attempt_in_future|event_in_future/, 'clock'],
  [/event_too_old/, 'too_old'],
  [/secret_(not_found|unavailable)/, 'secret_missing'],
  [/body_already_parsed|"status":\s*"misconfigured"/, 'body_parsed'],
  [/"status":\s*"unauthorized"|signature/i, 'signature'],
]

const statusAdvice: Readonly<Record<number, Advice>> = {
  400: 'malformed',
  403: 'forbidden',
  404: 'not_found',
  405: 'method',
  407: 'forbidden',
  408: 'timeout',
  409: 'in_progress',
  410: 'gone',
  411: 'malformed',
  413: 'too_large',
  415: 'media_type',
  422: 'data',
  429: 'too_many',
  502: 'gateway',
  503: 'unavailable',
  504: 'gateway',
}
