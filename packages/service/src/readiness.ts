/** Whether one thing the service depends on can be used now. */
export interface CheckResult {
  readonly status: 'ok' | 'unavailable'
  /** For whoever may reach the readiness endpoint, so without anything internal: `2 of 10 connections in use`. */
  readonly detail?: string
}

/** Asks one dependency. `signal` is aborted when the answer is no longer waited for. */
export type ReadinessCheck = (signal: AbortSignal) => Promise<CheckResult>

/** The answer to "may this process be sent traffic?": `ok` when every check is, and `draining` once it is to stop. */
export interface ReadinessReport {
  readonly status: 'ok' | 'unavailable' | 'draining'
  readonly checks: Readonly<Record<string, CheckResult>>
}

/** How checks are run. */
export interface ReadinessOptions {
  /** How long one check may take before it counts as unavailable. Default 1,000. */
  readonly timeoutMs?: number
  /** Told what a check threw: that goes into a log, never into the report. */
  readonly onError?: (error: unknown, name: string) => void
}

/** Named checks that together say whether the process is ready. */
export interface Readiness {
  /** Adds a check. Throws a `TypeError` when the name is taken. */
  readonly add: (name: string, check: ReadinessCheck) => void
  /** Runs every check at once; callers that ask meanwhile share the answer. Never rejects. */
  readonly report: () => Promise<ReadinessReport>
  /**
   * From now on reports `draining`, and what the checks said last: the process is about to stop, and what they would ask
   * goes away before it does.
   */
  readonly drain: () => void
}

/**
 * Creates an empty set of readiness checks; without any, the report is `ok`.
 *
 * ```ts
 * const readiness = createReadiness({ onError: (err, check) => logger.warn({ err, check }, 'not ready') })
 * readiness.add('database', async () => { await pool.query('select 1'); return { status: 'ok' } })
 * ```
 */
export function createReadiness({ timeoutMs = 1000, onError }: ReadinessOptions = {}): Readiness {
  const checks = new Map<string, ReadinessCheck>()
  let running: Promise<ReadinessReport> | undefined
  let last: ReadinessReport['checks'] = {}
  let isDraining = false

  async function run(): Promise<ReadinessReport> {
    const results = await Promise.all(
      Array.from(checks, async ([name, check]) => [name, await answer(name, check)] as const),
    )
    const ready = results.every(([, result]) => result.status === 'ok')
    last = Object.fromEntries(results)
    return { status: isDraining ? 'draining' : ready ? 'ok' : 'unavailable', checks: last }
  }

  async function answer(name: string, check: ReadinessCheck): Promise<CheckResult> {
    const signal = AbortSignal.timeout(timeoutMs)
    const expired = new Promise<CheckResult>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve({ status: 'unavailable', detail: `no answer within ${timeoutMs} ms` })
      })
    })
    try {
      return await Promise.race([check(signal), expired])
    } catch (error) {
      onError?.(error, name)
      return { status: 'unavailable', detail: 'check failed' }
    }
  }

  return {
    add(name, check) {
      if (checks.has(name)) throw new TypeError(`There is a readiness check named "${name}" already.`)
      checks.set(name, check)
    },
    async report() {
      if (isDraining) return { status: 'draining', checks: last }
      running ??= run().finally(() => {
        running = undefined
      })
      return running
    },
    drain() {
      isDraining = true
    },
  }
}
