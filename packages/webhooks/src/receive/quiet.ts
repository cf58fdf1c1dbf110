import type { Log } from './log.ts'
import type { Telemetry } from './telemetry.ts'

/** A log that never throws: telling must not cost an event its reply. */
export function quietLog(log: Log): Log {
  return {
    warn: (...entry) => quietly(() => log.warn(...entry)),
    error: (...entry) => quietly(() => log.error(...entry)),
  }
}

/** Telemetry whose `record` never throws. */
export function quietTelemetry(telemetry: Telemetry): Telemetry {
  const record: Telemetry['record'] = (event) => quietly(() => telemetry.record(event))
  const trace = telemetry.trace?.bind(telemetry)
  return trace ? { record, trace } : { record }
}

function quietly(tell: () => void): void {
  try {
    tell()
  } catch {
    // There is nowhere left to tell.
  }
}
