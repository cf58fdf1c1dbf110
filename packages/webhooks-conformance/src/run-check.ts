import type { ConformanceCheck } from './conformance-check.ts'
import { control, createClient } from './driver/client.ts'
import type { Exceptions, RunningServer } from './subject.ts'

/** What a check found: `excused` when it failed as the subject's exceptions say, `stale` when it passed in spite of them. */
export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'excused' | 'stale'; readonly reason: string }

/** For a server that never answers, on a machine that is busy. What should happen soon is waited for in requests. */
const timeLimitMs = 15_000

/** Runs one check against a running server. Checks of one server must not overlap. */
export async function runCheck(
  check: ConformanceCheck,
  server: RunningServer,
  exceptions: Exceptions = {},
): Promise<Verdict> {
  const error = await failureOf(check, server)
  const reason = Object.hasOwn(exceptions, check.name) ? exceptions[check.name] : undefined
  if (reason !== undefined) return { kind: error ? 'excused' : 'stale', reason }
  return error ? { kind: 'failed', error } : { kind: 'passed' }
}

async function failureOf(check: ConformanceCheck, { url }: RunningServer): Promise<Error | undefined> {
  const controller = new AbortController()
  const { signal } = controller
  const timer = setTimeout(() => controller.abort(), timeLimitMs)
  try {
    await control(url, '?do=reset', signal)
    await check.run(createClient(url, signal))
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  } finally {
    clearTimeout(timer)
    controller.abort()
  }
}
