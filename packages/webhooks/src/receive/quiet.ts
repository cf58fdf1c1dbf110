import type { Log } from './log.ts'
import type { Telemetry } from './telemetry.ts'

/** A log that never throws: telling must not cost an event its reply. */
export function quietLog(log: Log): Log {
  return {
    warn: (...entry) => quietly(() => log.warn(...entry)),
    error: (...entry) => quietly(() => log.error(...entry)),
  }
}

/** Telemetry whose `record` never throws, and whose `trace` is always there. Without any it does nothing. */
export function quietTelemetry(telemetry: Telemetry | undefined): Required<Telemetry> {
  return {
    record: (event) => quietly(() => telemetry?.record(event)),
    trace: (span, work) => telemetry?.trace?.(span, work) ?? work(),
  }
}

function quietly(tell: () => void): void {
  try {
    tell()
  } catch {
    // There is nowhere left to tell.
  }
}
