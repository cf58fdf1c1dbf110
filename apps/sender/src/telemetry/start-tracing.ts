import { type Context, ROOT_CONTEXT, trace, type Tracer } from '@opentelemetry/api'
import type * as OpenTelemetrySdk from '@opentelemetry/sdk-trace'
import type { SenderConfig } from '../config.ts'
import { version } from '../version.ts'
import { parseTraceparent } from './traceparent.ts'

/** Where spans go. */
export interface Tracing {
  readonly tracer: Tracer
  /** Sends what has not been sent. Never rejects. */
  close(): Promise<void>
}

/** What {@link startTracing} is told. */
export type TracingConfig = Pick<
  SenderConfig,
  'otlpEndpoint' | 'otlpTracesEndpoint' | 'otelServiceName' | 'otelTracesSampler' | 'otelTracesSamplerArg'
>

/**
 * Sends traces to the collector that OpenTelemetry's variables name, as OTLP in JSON over HTTP. Without one nothing is
 * loaded, and no span is made.
 */
export async function startTracing(config: TracingConfig): Promise<Tracing | undefined> {
  if (config.otlpEndpoint === undefined && config.otlpTracesEndpoint === undefined) return undefined
  const [sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const { envDetector, hostDetector, processDetector, serviceInstanceIdDetector } = resources
  const detected = resources.detectResources({
    detectors: [envDetector, hostDetector, processDetector, serviceInstanceIdDetector],
  })
  const named = resources.resourceFromAttributes({
    'service.name': config.otelServiceName,
    'service.version': version,
  })
  const provider = new sdk.TracerProvider({
    resource: resources.defaultResource().merge(detected).merge(named),
    sampler: createSampler(sdk, config),
    // Endpoint, headers, timeout and compression are read from OpenTelemetry's variables.
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  })
  return {
    tracer: provider.getTracer('@complywise/sender', version),
    close: () => provider.shutdown().catch(() => undefined),
  }
}

/** A context whose span is the one that `traceparent` names; an empty one when it names none. */
export function contextOf(traceparent: string | null | undefined): Context {
  const parent = parseTraceparent(traceparent)
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
}

function createSampler(
  sdk: typeof OpenTelemetrySdk,
  { otelTracesSampler, otelTracesSamplerArg }: TracingConfig,
): OpenTelemetrySdk.Sampler {
  const { AlwaysOnSampler, AlwaysOffSampler, ParentBasedSampler, TraceIdRatioBasedSampler } = sdk
  switch (otelTracesSampler) {
    case 'always_on':
      return new AlwaysOnSampler()
    case 'always_off':
      return new AlwaysOffSampler()
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() })
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(otelTracesSamplerArg) })
    default:
      return new ParentBasedSampler({ root: new AlwaysOnSampler() })
  }
}
