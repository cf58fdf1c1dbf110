import type { Logger } from '@complywise/service'
import { type RetryPolicy, retryWaitMs } from '../domain/backoff.ts'
import type { Task } from '../maintenance/task.ts'
import type { OwedEmail, OwedEmailStore } from '../store/owed-emails.ts'
import type { Mailer } from './mailer.ts'
import { type EmailPolicy, renderEmail } from './render-email.ts'

/** What the task works with. */
export interface EmailTaskOptions {
  readonly emails: OwedEmailStore
  /** Absent: no e-mails are sent, and those that are owed are forgotten with time. */
  readonly mailer: Mailer | undefined
  /** The address of whoever operates the sender, if it wants e-mails. */
  readonly operator: string | undefined
  readonly policy: EmailPolicy
  readonly logger: Logger
}

const EVERY_MS = 2000
// Longer than a server may be silent in every step of sending.
const LEASE_MS = 5 * 60_000
const GIVE_UP_AFTER_MS = 3 * 86_400_000
const retryPolicy: RetryPolicy = { baseMs: 60_000, factor: 2, capMs: 3_600_000, maxAttempts: Infinity }

/**
 * Sends the e-mails that are owed, each at least once: it is sent again where a crash, or a connection that broke at
 * the wrong moment, leaves open whether the server took it. What fails is tried again after a minute, then twice as
 * long each time up to an hour, and given up after three days; what the server refuses is given up at once.
 */
export function createEmailTask(options: EmailTaskOptions): Task {
  const { emails, mailer } = options
  return {
    name: 'send-emails',
    everyMs: EVERY_MS,
    async run(signal) {
      if (mailer === undefined) {
        await emails.expire(GIVE_UP_AFTER_MS)
        return false
      }
      // A server that fails one e-mail fails all: the next run tries the next one, and no run waits for many.
      let isWorking = true
      while (isWorking && !signal.aborted) {
        const email = await emails.claim(LEASE_MS)
        if (email === undefined) return false
        isWorking = await sendOne(options, mailer, email, signal)
      }
      return false
    },
  }
}

/** Whether the server is worth asking for the next. */
async function sendOne(
  { emails, operator, policy, logger }: EmailTaskOptions,
  mailer: Mailer,
  email: OwedEmail,
  signal: AbortSignal,
): Promise<boolean> {
  const to = email.recipient ?? operator
  if (to === undefined) {
    await emails.complete(email.id)
    return true
  }
  const outcome = await mailer.send({ id: email.id, to, ...renderEmail(email, policy) }, signal)
  const context = { emailId: email.id, transitionId: email.transition.id, to }
  if (outcome.kind === 'sent') {
    await emails.complete(email.id)
    logger.info(context, 'sent an e-mail')
    return true
  }
  if (signal.aborted) {
    await emails.postpone(email.id, 0)
    return false
  }
  const { kind, detail } = outcome
  const waitMs = retryWaitMs(email.failures + 1, Math.random, retryPolicy) ?? 0
  if (kind === 'refused' || email.ageMs + waitMs > GIVE_UP_AFTER_MS) {
    await emails.complete(email.id)
    logger.error({ ...context, detail, failures: email.failures + 1 }, 'gave up on an e-mail')
    return kind === 'refused'
  }
  await emails.postpone(email.id, waitMs)
  logger.warn({ ...context, detail, retryInMs: waitMs }, 'could not send an e-mail')
  return false
}
