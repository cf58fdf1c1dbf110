import type { Client } from 'jira.js/core'
import { EnvHttpProxyAgent, fetch, type Response } from 'undici'
import type { JiraOptions } from '../options.ts'
import { JiraFailure } from './jira-failure.ts'
import { isNotSent, networkCodeOf } from './network-error.ts'
import { createRateLimits, type LimitedRequest } from './rate-limits.ts'
import { retryAfterIn } from './retry-after.ts'

/** Carries the requests of jira.js, which itself knows neither time limits nor signals. */
export interface Transport {
  /** A client for jira.js whose requests end with `signal`, or after the configured time. Its errors are {@link JiraFailure}s. */
  client(signal: AbortSignal): Client
  close(): Promise<void>
}

/**
 * Speaks HTTP to one Jira site, through the proxy of `HTTPS_PROXY` and `NO_PROXY` where they are set.
 *
 * Unlike the client of jira.js it encodes paths, reads the headers of rate limits, follows no redirect with the token,
 * and takes no answer for a success that cannot be read.
 */
export function createTransport(options: JiraOptions, now: () => number): Transport {
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: options.timeoutMs },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    maxResponseSize: 16 * 1024 * 1024,
  })
  const limits = createRateLimits(now)
  const authorization = authorizationOf(options)

  return {
    client: (signal) => ({
      async sendRequest<T>(request: SentRequest): Promise<T> {
        const sent = { method: request.method ?? 'GET', path: encodePath(request.url) }
        const waitMs = limits.waitMs(sent)
        if (waitMs > 0) throw rateLimited(sent, waitMs)
        const response = await answerTo(sent, request, signal)
        const body = await bodyOf(response, sent)
        if (!response.ok || isStranger(response)) throw refusal(response, body, sent)
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Whoever calls jira.js checks what it needs.
        return body as T
      },
    }),
    close: () => dispatcher.close(),
  }

  async function answerTo(
    sent: LimitedRequest,
    request: SentRequest,
    signal: AbortSignal,
  ): Promise<Response> {
    if (signal.aborted) throw new JiraFailure('not_sent', `${named(sent)} was not sent: out of time`)
    try {
      return await fetch(`${options.host}${sent.path}${queryOf(request.searchParams)}`, {
        method: sent.method,
        headers: {
          accept: 'application/json',
          authorization,
          'user-agent': 'ComplyWise-Jira-Forwarder',
          // Complaints in English, whatever the account speaks: some tell apart what a field lacks.
          'accept-language': 'en',
          'x-force-accept-language': 'true',
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        redirect: 'manual',
        dispatcher,
        signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
      })
    } catch (error) {
      throw unanswered(error, sent)
    }
  }

  function refusal(response: Response, body: unknown, sent: LimitedRequest): JiraFailure {
    const retryAfterMs = retryAfterIn(response.headers, now())
    if (response.status === 429 && retryAfterMs !== undefined) {
      limits.refuse(sent, retryAfterMs, response.headers.get('ratelimit-reason') ?? undefined)
    }
    const status = isStranger(response) ? 401 : response.status
    return new JiraFailure('refused', `${named(sent)} answered ${status}${said(body)}`, {
      status,
      body,
      retryAfterMs,
    })
  }
}

async function bodyOf(response: Response, sent: LimitedRequest): Promise<unknown> {
  let text: string
  try {
    text = await response.text()
  } catch (error) {
    // The status is known, but what it was for is not: an answer that broke off proves nothing.
    throw unanswered(error, sent)
  }
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (!response.ok) return undefined
    const { status } = response
    const what = response.headers.get('content-type') ?? 'no content type'
    throw new JiraFailure('unreadable', `${named(sent)} answered ${status}, but no whole JSON (${what})`, {
      status,
      cause,
    })
  }
}

/** A site that does not believe a token may answer as to anybody: that there is nothing. */
function isStranger({ status, headers }: Response): boolean {
  return status < 500 && status !== 429 && /FAILED|DENIED/.test(headers.get('x-seraph-loginreason') ?? '')
}

interface SentRequest {
  readonly url: string
  readonly method?: string | undefined
  readonly body?: unknown
  readonly searchParams?: Readonly<Record<string, unknown>> | undefined
}

function unanswered(error: unknown, sent: LimitedRequest): JiraFailure {
  const networkCode = networkCodeOf(error)
  return isNotSent(networkCode)
    ? new JiraFailure('not_sent', `${named(sent)} found no connection (${networkCode})`, {
        networkCode,
        cause: error,
      })
    : new JiraFailure('no_answer', `${named(sent)} was not answered (${networkCode ?? 'unknown'})`, {
        networkCode,
        cause: error,
      })
}

function rateLimited(sent: LimitedRequest, retryAfterMs: number): JiraFailure {
  return new JiraFailure('not_sent', `${named(sent)} was not sent: Jira’s rate limit is not over yet`, {
    status: 429,
    retryAfterMs,
  })
}

function named({ method, path }: LimitedRequest): string {
  return `${method} ${path}`
}

function said(body: unknown): string {
  const { errors, errorMessages } = new JiraFailure('refused', '', { body })
  const parts = [...errorMessages, ...Object.entries(errors).map(([field, text]) => `${field}: ${text}`)]
  return parts.length === 0 ? '' : `: ${parts.join(' · ').slice(0, 1_000)}`
}

function authorizationOf({ email, token }: JiraOptions): string {
  if (email === undefined) return `Bearer ${token}`
  return `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`
}

/** jira.js writes identifiers into paths as they are: none of them may become a query, or climb. */
function encodePath(url: string): string {
  const segments = url.split('/')
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    throw new TypeError('a path of Jira’s API must not have . or .. in it')
  }
  return segments.map((segment) => encodeURIComponent(segment)).join('/')
}

function queryOf(parameters: Readonly<Record<string, unknown>> = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) query.set(name, value.join(','))
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      query.set(name, String(value))
    }
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}
