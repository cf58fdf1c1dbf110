export { openTelemetry } from './open-telemetry.ts'
export type { OpenTelemetryOptions } from './open-telemetry.ts'
export type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  MetricOptions,
  Span,
  SpanOptions,
  Tracer,
} from './api.ts'
