import { DestinationError, type Finding } from '@complywise/forwarder'
import type { PagerDutyTarget } from './config.ts'
import type { Sender } from './sender.ts'

/** What a check works with. */
export interface CheckContext {
  readonly instance: string
  readonly sender: Sender
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** PagerDuty counts events, so a key that works is not asked about again for so long. */
const trustForMs = 3_600_000

/**
 * Asks PagerDuty whether it knows every routing key: by resolving an incident that never was, which changes nothing there, but
 * is refused for a key that it does not know. Never throws.
 */
export async function checkPagerDuty(
  targets: Readonly<Record<string, PagerDutyTarget>>,
  context: CheckContext,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  return Promise.all(
    Object.entries(targets).map(async ([name, target]) => checkKey(name, target, context, signal)),
  )
}

async function checkKey(
  name: string,
  { routingKey }: PagerDutyTarget,
  { instance, sender, now }: CheckContext,
  signal: AbortSignal,
): Promise<Finding> {
  const named = `Routing key of target "${name}"`
  const acceptedAt = sender.acceptedAtMs(routingKey) ?? -Infinity
  try {
    if (now() - acceptedAt >= trustForMs) {
      const dedupKey = `cw:${instance}:check`
      const event = { routing_key: routingKey, event_action: 'resolve', dedup_key: dedupKey } as const
      await sender.send(event, signal, `target "${name}"`)
    }
    return { status: 'ok', code: 'pagerduty_key_accepted', message: `${named}: PagerDuty accepts it.` }
  } catch (error) {
    return failed(named, error)
  }
}

function failed(named: string, error: unknown): Finding {
  if (!(error instanceof DestinationError)) {
    const message = `${named}: the check itself failed.`
    return { status: 'failed', code: 'pagerduty_check_failed', message, fix: tryAgain, isOutage: true }
  }
  const { kind, code, message, fix = tryAgain } = error
  const isOutage = kind === 'retry' || kind === 'ambiguous'
  // Too much is sent with it, so it is one that PagerDuty knows.
  const status = code === 'pagerduty_rate_limited' ? 'warning' : 'failed'
  return { status, code, message: `${named}: ${message}.`, fix, ...(isOutage && { isOutage }) }
}

const tryAgain =
  'Try again; if it stays so, look at https://status.pagerduty.com, and at pagerduty.server and the proxy.'
