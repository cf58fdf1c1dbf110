import { once } from 'node:events'
import type { CheckResult, Logger } from '@complywise/service'
import type { Destination, Finding } from '../engine/destination.ts'
import type { Engine } from '../engine/engine.ts'

/** What is watched. */
export interface DestinationWatchOptions {
  readonly destination: Pick<Destination<unknown, unknown>, 'check'>
  readonly engine: Pick<Engine, 'operatorActions'>
  /** Between the end of one check and the next. Default 60,000. */
  readonly everyMs?: number
  /** The same after one that failed; twice as long after each further one, and `everyMs` at most. Default 5,000. */
  readonly retryMs?: number
  /** How long a check may take. Default 20,000. */
  readonly timeoutMs?: number
  /** From a refusal to the check after it: refusals come many at a time. Default 1,000. */
  readonly hurryMs?: number
  readonly logger: Logger
}

/** Knows whether the destination takes what it is given, without asking it again for everyone who wants to know. */
export interface DestinationWatch {
  /** For readiness: what somebody has to do first. An outage is none: the sender tries again, here or elsewhere. */
  report(): CheckResult
  /** What the newest check found that somebody has to act on. */
  failures(): readonly Finding[]
  /** Checks soon: the destination has refused something. */
  hurry(): void
  /** Checks soon if the newest check found something wrong: the destination has taken something since. */
  succeeded(): void
  stop(): void
}

/** Checks the destination at once, and now and then. */
export function watchDestination(options: DestinationWatchOptions): DestinationWatch {
  const { destination, engine, everyMs = 60_000, retryMs = 5000, logger } = options
  const { timeoutMs = 20_000, hurryMs = 1000 } = options
  let failedInARow = 0
  let findings: readonly Finding[] | undefined
  let current: AbortController | undefined
  let timer: NodeJS.Timeout | undefined
  let hasStopped = false
  void check()

  async function check(): Promise<void> {
    const controller = new AbortController()
    current = controller
    const limit = setTimeout(() => controller.abort(), timeoutMs)
    const found = await Promise.race([whenAborted(controller.signal), ask(controller.signal)])
    clearTimeout(limit)
    current = undefined
    if (hasStopped) return
    tell(found)
    findings = found
    failedInARow = failures().length > 0 ? failedInARow + 1 : 0
    schedule(failedInARow === 0 ? everyMs : Math.min(everyMs, retryMs * 2 ** (failedInARow - 1)))
  }

  async function ask(signal: AbortSignal): Promise<readonly Finding[]> {
    try {
      return await destination.check(signal)
    } catch (error) {
      logger.error({ err: error }, 'The check of the destination has failed in a way that it should not.')
      return [checkFailed]
    }
  }

  function schedule(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void check(), ms)
  }

  function tell(found: readonly Finding[]): void {
    const before = new Set((findings ?? []).map(textOf))
    for (const finding of found.filter((each) => !before.has(textOf(each)))) {
      const { status, code, message, fix } = finding
      if (status !== 'ok') logger.warn({ code, fix }, message)
    }
    const wasFailing = findings?.some(({ status }) => status === 'failed') === true
    const isFailing = found.some(({ status }) => status === 'failed')
    if (wasFailing && !isFailing) logger.info('The destination takes what is configured again.')
  }

  const failed = (): readonly Finding[] => (findings ?? []).filter(({ status }) => status === 'failed')
  const failures = (): readonly Finding[] => failed().filter(({ isOutage = false }) => !isOutage)

  function hurry(): void {
    if (current === undefined && !hasStopped) schedule(hurryMs)
  }

  return {
    report() {
      const found = failures().map(({ message, fix }) => sentences(message, fix))
      // What the check has found as well is said once.
      const known = new Set(failures().map(({ code }) => code))
      const refused = engine.operatorActions().filter(({ code }) => !known.has(code))
      const wrong = [
        ...refused.map(({ target, message, fix }) => `${target}: ${sentences(message, fix)}`),
        ...found,
      ]
      if (wrong.length > 0) return { status: 'unavailable', detail: [...new Set(wrong)].join(' ') }
      return findings === undefined ? { status: 'unavailable', detail: 'not checked yet' } : { status: 'ok' }
    },
    failures,
    hurry,
    succeeded() {
      if (failed().length > 0) hurry()
    },
    stop() {
      hasStopped = true
      clearTimeout(timer)
      current?.abort()
    },
  }
}

const checkFailed: Finding = {
  status: 'failed',
  code: 'check_failed',
  message: 'The destination could not be checked.',
  fix: 'Look at the log, and whether the destination can be reached.',
  isOutage: true,
}

/** Answers for a check that does not end with its signal. */
async function whenAborted(signal: AbortSignal): Promise<readonly Finding[]> {
  await once(signal, 'abort')
  // What the check itself has found out by then says more.
  await new Promise((resolve) => setImmediate(resolve))
  return [checkFailed]
}

function textOf(finding: Finding): string {
  return JSON.stringify([finding.status, finding.code, finding.message])
}

function sentences(message: string, fix: string | undefined): string {
  return [message, fix]
    .filter((part) => part !== undefined)
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(' ')
}
