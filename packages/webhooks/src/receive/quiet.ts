import type { Log } from './log.ts'
import type { Telemetry, TelemetrySpan } from './telemetry.ts'

/** A log that never throws, nor rejects: telling must not cost an event its reply, or the process its life. */
export function quietLog(log: Log): Log {
  return {
    warn: (...entry) => quietly(() => log.warn(...entry)),
    error: (...entry) => quietly(() => log.error(...entry)),
  }
}

/** Telemetry whose `record` never throws, and whose `trace` changes nothing of what it runs. */
export function quietTelemetry(telemetry: Telemetry): Telemetry {
  const record: Telemetry['record'] = (event) => quietly(() => telemetry.record(event))
  const trace = telemetry.trace?.bind(telemetry)
  return trace ? { record, trace: (span, work) => traceSafely(trace, span, work) } : { record }
}

/** Runs `work` once and gives what came of it, whatever `trace` does. */
async function traceSafely<Result>(
  trace: NonNullable<Telemetry['trace']>,
  span: TelemetrySpan,
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Promise<Result> | undefined
  const workOnce = (): Promise<Result> => (result ??= work())
  try {
    await trace(span, workOnce)
  } catch {
    // What `work` throws is thrown below.
  }
  return workOnce()
}

/** Calls a hook; `onFailure` is told what it throws, or rejects with, where it is an async function. */
export function quietly(tell: () => unknown, onFailure: (error: unknown) => void = () => {}): void {
  try {
    const told = tell()
    if (told instanceof Promise) told.catch(onFailure)
  } catch (error) {
    onFailure(error)
  }
}
