import { event as sendEvent } from '@pagerduty/pdjs'
import type { AlertEvent, ChangeEvent } from './event.ts'
import { watchExchange } from './exchange.ts'
import { openAgent } from './open-agent.ts'
import { type Accepted, readAnswer } from './read-answer.ts'
import { parseServer } from './server.ts'

/** Sends events to PagerDuty's Events API v2. */
export interface EventsClient {
  /**
   * Sends one event, once: a client never tries again by itself.
   *
   * It waits for as long as `signal` lets it, so give it a deadline. When it returns, nothing of the call is left: neither a
   * timer nor a connection.
   *
   * @throws {EventsError} unless PagerDuty has accepted the event.
   */
  send(event: AlertEvent | ChangeEvent, signal: AbortSignal): Promise<Accepted>
}

/** Where and how to reach PagerDuty. */
export interface EventsClientOptions {
  /** `host`, `host:port` or `host:port/prefix`, always over TLS; default that of the US region, {@link usServer}. */
  readonly server?: string
  /** As `proxyFor` finds it; none by default. */
  readonly proxy?: URL | undefined
  /** PEM certificates to trust instead of those that Node trusts, which `NODE_EXTRA_CA_CERTS` adds to. */
  readonly ca?: string
  /** Milliseconds since 1970, against which dates in headers are read; default the system's clock. */
  readonly now?: () => number
}

/** PagerDuty's service region in the United States. */
export const usServer = 'events.pagerduty.com'

/** PagerDuty's service region in the European Union. */
export const euServer = 'events.eu.pagerduty.com'

/** The SDK as it really is: its types know neither agents, nor signals, nor change events, nor events without a payload. */
interface EventsSdk {
  send(parameters: object): Promise<{ readonly data: unknown }>
}

const sdk: EventsSdk = { send: sendEvent }

/** The largest answer that is read; PagerDuty's have some hundred bytes. */
const maxAnswerBytes = 64 * 1024

/**
 * A client around PagerDuty's SDK.
 *
 * @throws {TypeError} when `server` is none.
 * @example
 * const client = createEventsClient({ server: euServer, proxy: proxyFor(euServer, process.env) })
 * await client.send(event, AbortSignal.timeout(8000))
 */
export function createEventsClient(options: EventsClientOptions = {}): EventsClient {
  const { proxy, ca, now = Date.now } = options
  const server = parseServer(options.server ?? usServer)
  const named = proxy === undefined ? server : `${server} (through the proxy ${proxy.host})`
  const tls = ca === undefined ? {} : { ca }

  return {
    async send(event, signal) {
      const call = new AbortController()
      const abort = (): void => {
        call.abort(signal.reason)
      }
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      const agent = openAgent(proxy, call.signal)
      try {
        const exchange = watchExchange(agent, tls, () => {
          call.abort()
        })
        const outcome = await settle(
          sdk.send({
            server,
            type: 'event_action' in event ? 'event' : 'change',
            data: event,
            agent,
            signal: call.signal,
            // Its own timer does nothing but keep the process running.
            requestTimeout: 0,
            redirect: 'manual',
            size: maxAnswerBytes,
          }),
        )
        return readAnswer({
          server: named,
          exchange,
          ...outcome,
          signal,
          routingKey: event.routing_key,
          now: now(),
        })
      } finally {
        signal.removeEventListener('abort', abort)
        // Ends an answer that was not read to its end.
        call.abort()
      }
    },
  }
}

async function settle(
  answer: Promise<{ readonly data: unknown }>,
): Promise<{ readonly data: unknown; readonly failure: unknown }> {
  try {
    return { data: (await answer).data, failure: undefined }
  } catch (failure) {
    return { data: undefined, failure }
  }
}
