import type { Settings } from '@complywise/service'
import { z } from 'zod'

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional()

/** Traces; the names are OpenTelemetry's own, and what is not listed here its SDK reads by itself. */
export const telemetrySettings = {
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: url,
    description:
      'OpenTelemetry collector that traces are sent to, by OTLP over HTTP: http://collector:4318. Without it there are none.',
  },
  otlpTracesEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    schema: url,
    description: 'The same for traces alone, with the whole path: http://collector:4318/v1/traces.',
  },
  otelServiceName: {
    env: 'OTEL_SERVICE_NAME',
    schema: z.string().default('complywise-sender'),
    description: 'What traces call this service.',
  },
  otelTracesSampler: {
    env: 'OTEL_TRACES_SAMPLER',
    schema: z
      .enum(
        [
          'always_on',
          'always_off',
          'parentbased_always_on',
          'parentbased_always_off',
          'parentbased_traceidratio',
        ],
        { error: 'must be always_on, always_off or parentbased_ and always_on, always_off or traceidratio' },
      )
      .default('parentbased_always_on'),
    description: 'Which traces are recorded. A publisher that sends a traceparent decides for its own.',
  },
  otelTracesSamplerArg: {
    env: 'OTEL_TRACES_SAMPLER_ARG',
    schema: z
      .string()
      .transform(Number)
      .refine((ratio) => ratio >= 0 && ratio <= 1, { error: 'must be a number from 0 to 1' })
      .default(1),
    description: 'With parentbased_traceidratio: the share of traces that is recorded.',
  },
} as const satisfies Settings
