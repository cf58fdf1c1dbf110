import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '@complywise/service'
import { z } from 'zod'
import { uuid } from '../api/ids.ts'
import { recoverBody, toRecoverJobAnswer } from '../api/recover-schemas.ts'
import { check } from '../http/validation.ts'
import { advanceRecoverJob } from '../store/advance-recover-job.ts'
import { createApiKeyStore } from '../store/api-keys.ts'
import { createAuditLog } from '../store/audit.ts'
import { createRecoverJobStore, type RecoverJob, type RecoverJobStore } from '../store/recover-jobs.ts'
import { requireAccount } from './account.ts'
import { createProgress } from './progress.ts'
import { type CommandResult, runCommand } from './run-command.ts'

/** What `sender recover` was asked for. */
export interface RecoverOptions {
  readonly since: string
  readonly until?: string
  readonly perSecond?: string
  readonly account: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

const POLL_MS = 200

/**
 * `sender recover`: counts what a subscription did not receive, asks, and delivers it again, as
 * `POST /api/webhooks/{id}/recover` does. The job is stored: what ends this command does not end it.
 */
export function recover(subscription: string, options: RecoverOptions): Promise<never> {
  return runCommand(async (openStore): Promise<CommandResult | string> => {
    const asked = parse(subscription, options)
    const { db, auditKeys } = await openStore()
    const audit = createAuditLog(auditKeys.current)
    const accountId = await requireAccount(createApiKeyStore(db, audit), options.account)
    const jobs = createRecoverJobStore(db, audit)
    const count = await jobs.count(accountId, asked)
    if (count === undefined)
      throw new Error(`The account ${options.account} has no subscription ${subscription}.`)
    if (options.dryRun === true)
      return options.json ? `${JSON.stringify({ count })}\n` : `${describe(count)}\n`
    if (!(await isConfirmed(count, options))) return 'Nothing was recovered.\n'
    const started = await jobs.start({ ...asked, accountId, actor: 'command:recover' })
    if (started.kind === 'not_found') throw new Error(`There is no subscription ${subscription} any more.`)
    if (started.kind === 'running') {
      process.stderr.write(
        `It is being recovered already, by the job ${started.job.id}. Going on with that.\n`,
      )
    }
    return await finish(started.job, options, {
      advance: () => advanceRecoverJob(db, started.job.id),
      read: () => read(jobs, accountId, started.job.id),
    })
  })
}

function parse(subscriptionId: string, { since, until, perSecond }: RecoverOptions) {
  const checked = check(z.object({ subscription: uuid, job: recoverBody }), {
    subscription: subscriptionId,
    job: {
      since,
      until,
      ...(perSecond === undefined ? {} : { deliveries_per_second: Number(perSecond) }),
    },
  })
  if (!checked.valid) {
    throw new UsageError(
      checked.errors.map(({ path, detail }) => `${names[path] ?? path}: ${detail}`).join('\n'),
    )
  }
  const { job } = checked.value
  const now = new Date()
  return {
    subscriptionId,
    since: job.since,
    until: job.until === undefined || job.until > now ? now : job.until,
    deliveriesPerSecond: job.deliveries_per_second,
  }
}

const names: Readonly<Record<string, string>> = {
  '/subscription': '<subscription>',
  '/job/since': '--since',
  '/job/until': '--until',
  '/job/deliveries_per_second': '--per-second',
}

async function isConfirmed(count: number, { yes }: RecoverOptions): Promise<boolean> {
  if (yes === true) return true
  if (!process.stdin.isTTY) {
    throw new UsageError(`${describe(count)} Add --yes to make them, or --dry-run to only count.`)
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await prompt.question(`${describe(count)} Make them? [y/N] `)
  prompt.close()
  return /^y(es)?$/i.test(answer.trim())
}

interface JobAtWork {
  readonly advance: () => Promise<boolean>
  readonly read: () => Promise<RecoverJob>
}

async function finish(
  started: RecoverJob,
  { json }: RecoverOptions,
  { advance, read: readJob }: JobAtWork,
): Promise<CommandResult> {
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const progress = createProgress(process.stderr, json !== true)
  let job = started
  while (job.status === 'running' && !interrupted.signal.aborted) {
    // A running sender may be ahead of this process; then there is nothing to do but to watch.
    if (!(await advance()))
      await sleep(POLL_MS, undefined, { signal: interrupted.signal }).catch(() => undefined)
    job = await readJob()
    progress.show(job.redeliveredCount, job.totalCount)
  }
  progress.end()
  const text = json === true ? `${JSON.stringify(toRecoverJobAnswer(job))}\n` : summarize(job)
  return { output: text, hasFailed: job.status !== 'completed' }
}

async function read(jobs: RecoverJobStore, accountId: string, id: string): Promise<RecoverJob> {
  const job = await jobs.get(accountId, id)
  if (job === undefined) throw new Error(`The job ${id} is gone.`)
  return job
}

function describe(count: number): string {
  return count === 1 ? '1 delivery would be made.' : `${count} deliveries would be made.`
}

function summarize({ id, status, redeliveredCount, totalCount }: RecoverJob): string {
  const made = `${redeliveredCount} of ${totalCount} deliveries made`
  if (status === 'completed') return `Recovered: ${made}.\n`
  if (status === 'canceled') return `The job was canceled: ${made}.\n`
  return `Interrupted, ${made}. The job ${id} is left running: a running sender goes on with it, and so does this command when it is called again. To end it: POST /api/recover-jobs/${id}/cancel.\n`
}
