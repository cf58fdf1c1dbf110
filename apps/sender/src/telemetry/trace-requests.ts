import { type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { Api } from '../http/api.ts'
import { contextOf } from './start-tracing.ts'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * What is published on behalf of this request belongs to: its own span, or, without tracing, the one that its
     * traceparent names. A W3C traceparent; `null` when there is none.
     */
    traceparent: string | null
  }
}

/**
 * Makes a span of every request that passed authentication, a child of the one that its traceparent names. Without a
 * tracer that one is only passed on.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function traceRequests(app: Api, tracer: Tracer | undefined): void {
  const spans = new WeakMap<object, Span>()
  app.decorateRequest('traceparent', null)
  app.addHook('onRequest', async (request) => {
    const header = request.headers['traceparent']
    const parent = parseTraceparent(typeof header === 'string' ? header : undefined)
    if (parent !== undefined) request.traceparent = formatTraceparent(parent)
    const { url: route, config } = request.routeOptions
    if (tracer === undefined || route === undefined || config.isProbe === true) return
    const span = tracer.startSpan(
      `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': request.method,
          'http.route': route,
          'url.path': request.url.split('?', 1)[0] ?? '',
          'url.scheme': 'http',
          'complywise.request_id': request.id,
        },
      },
      contextOf(request.traceparent),
    )
    spans.set(request, span)
    request.traceparent = formatTraceparent(span.spanContext())
  })
  app.addHook('onResponse', async (request, { statusCode }) => {
    const span = spans.get(request)
    if (span === undefined) return
    span.setAttribute('http.response.status_code', statusCode)
    if (statusCode >= 500) {
      span.setAttribute('error.type', String(statusCode))
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    span.end()
  })
}
