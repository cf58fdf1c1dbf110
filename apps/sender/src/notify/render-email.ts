import type { HealthPolicy } from '../domain/health.ts'
import { MAX_HELD_COUNT, type RecordedTransition } from '../domain/transition.ts'
import type { OwedEmail } from '../store/owed-emails.ts'
import { formatDuration } from './format-duration.ts'

/** What an e-mail says beside the facts of its transition. */
export interface EmailPolicy extends HealthPolicy {
  /** How long deliveries are kept for a disabled subscription. */
  readonly backlogMaxAgeMs: number
}

/** An e-mail in plain text. */
export interface Email {
  /** One line. */
  readonly subject: string
  readonly text: string
}

/**
 * Writes the e-mail about a transition that the sender made by itself. It tells what happened, what was known then,
 * what comes next and what to do; it holds no secret, and of the endpoint no query string, which may be one.
 */
export function renderEmail(email: OwedEmail, policy: EmailPolicy): Email {
  const { transition } = email
  const { subject, paragraphs } = write(transition, policy)
  // Whoever operates the sender reads of many accounts.
  const prefix = email.recipient === null ? `[${oneLine(email.accountName)}] ` : ''
  const text = [paragraphs[0], formatFacts(email), ...paragraphs.slice(1)].join('\n\n')
  return { subject: `${prefix}${subject}`, text: `${text}\n` }
}

interface Writing {
  readonly subject: string
  readonly paragraphs: readonly string[]
}

function write(transition: RecordedTransition, policy: EmailPolicy): Writing {
  const host = new URL(transition.url).host
  if (transition.to === 'degraded') return writeWarning(transition, policy, host)
  if (transition.to === 'disabled') return writeDisabled(transition, policy, host)
  return {
    subject: `Webhooks to ${host} are working again`,
    paragraphs: [
      'Your webhook endpoint has answered with success. It is no longer about to be disabled, and what waited for it is being sent.',
    ],
  }
}

function writeWarning({ failingSince }: RecordedTransition, policy: EmailPolicy, host: string): Writing {
  const disabledAt = failingSince && new Date(failingSince.getTime() + policy.disableAfterMs)
  const earliest = disabledAt === null ? '' : `, so not before ${formatInstant(disabledAt)}`
  return {
    subject: `Webhooks to ${host} are failing`,
    paragraphs: [
      'Your webhook endpoint keeps failing. It is going to be disabled unless an attempt succeeds.',
      `It is disabled once ${policy.disableAfterFailures} attempts in a row have failed, and none has succeeded for ${formatDuration(policy.disableAfterMs)}${earliest}. Until then everything is tried again on its schedule.`,
      'What to do: find out why the endpoint fails, and let it answer with a 2xx status. The first success puts everything right.',
    ],
  }
}

function writeDisabled(
  { reason, subscriptionId }: RecordedTransition,
  policy: EmailPolicy,
  host: string,
): Writing {
  const cause =
    reason === 'endpoint_gone'
      ? 'Your webhook endpoint answered 410 Gone, which says that it is not coming back. It has been disabled: nothing is sent to it any more.'
      : 'Your webhook endpoint failed for too long and has been disabled: nothing is sent to it any more.'
  return {
    subject: `Webhooks to ${host} were disabled`,
    paragraphs: [
      cause,
      `Nothing is lost yet. What waits for it, and what is published from now on, is kept for ${formatDuration(policy.backlogMaxAgeMs)} each, and is sent when the subscription is enabled.`,
      `What to do: repair the endpoint, or give the subscription another URL (PATCH /api/webhooks/${subscriptionId}); then enable it (POST /api/webhooks/${subscriptionId}/enable). One delivery is sent first, and the rest once that has succeeded.`,
    ],
  }
}

function formatFacts({ transition, accountName, description }: OwedEmail): string {
  const { origin, pathname } = new URL(transition.url)
  const note = description === '' ? '' : ` (${oneLine(description)})`
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Endpoint', `${origin}${pathname}${note}`],
    ['Subscription', transition.subscriptionId],
    ['Account', oneLine(accountName)],
    ['When', formatInstant(transition.at)],
    ['Failing since', transition.failingSince ? formatInstant(transition.failingSince) : undefined],
    ['Failed in a row', transition.failingSince ? formatCount(transition.consecutiveFailures) : undefined],
    ['Last failure', transition.to === 'active' ? undefined : formatFailure(transition)],
    ['Waiting', formatHeld(transition.heldCount)],
  ]
  return facts
    .flatMap(([name, value]) => (value === undefined ? [] : `  ${name.padEnd(16)}${value}`))
    .join('\n')
}

function formatFailure({ lastOutcome, lastDetail }: RecordedTransition): string | undefined {
  if (lastOutcome === null) return undefined
  return lastDetail === null ? lastOutcome : `${lastOutcome}: ${oneLine(lastDetail)}`
}

function formatHeld(count: number): string {
  const deliveries = count === 1 ? 'delivery' : 'deliveries'
  return `${formatCount(count)}${count >= MAX_HELD_COUNT ? ' or more' : ''} ${deliveries}`
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

function formatInstant(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

// What people typed, and what servers answered, must not look like another line of the e-mail.
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
}
