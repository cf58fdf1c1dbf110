/** Attributes of a span or a measurement. */
export type Attributes = Readonly<Record<string, string | number>>

/** The part of `Tracer` of `@opentelemetry/api` that is used here. Theirs is assignable to it. */
export interface Tracer {
  startActiveSpan<Result>(name: string, options: SpanOptions, run: (span: Span) => Result): Result
}

/** How a span is started. */
export interface SpanOptions {
  readonly kind: (typeof spanKinds)[keyof typeof spanKinds]
  readonly attributes: Attributes
}

/** The part of `Span` that is used here. */
export interface Span {
  setAttribute(name: string, value: string): unknown
  setStatus(status: { readonly code: typeof ERROR_STATUS }): unknown
  end(): void
}

/** The part of `Meter` of `@opentelemetry/api` that is used here. Theirs is assignable to it. */
export interface Meter {
  createCounter(name: string, options: MetricOptions): Counter
  createHistogram(name: string, options: MetricOptions): Histogram
}

/** What an instrument measures. */
export interface MetricOptions {
  readonly description: string
  readonly unit: string
  readonly advice?: { readonly explicitBucketBoundaries: number[] }
}

/** Counts. */
export interface Counter {
  add(value: number, attributes: Attributes): void
}

/** Measures. */
export interface Histogram {
  record(value: number, attributes: Attributes): void
}

/** Values of `SpanKind`, which is assignable from its numbers. */
export const spanKinds = { internal: 0, consumer: 4 } as const

/** `SpanStatusCode.ERROR`. */
export const ERROR_STATUS = 2
