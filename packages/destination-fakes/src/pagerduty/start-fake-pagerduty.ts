import type { FakeServer } from '../http/fake-server.ts'
import { startFakeServer } from '../http/start-fake-server.ts'
import { createCertificate } from './create-certificate.ts'
import { MAX_EVENT_BYTES } from './event-schemas.ts'
import { createEventsService, type DroppedEvent, type EventsLimits } from './events-service.ts'
import { type Change, createIntegration, type Incident, type Integration } from './integration.ts'

/** How the fake listens, and which integrations it has. */
export interface FakePagerDutyOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number
  /** Default 120 events a minute for each routing key, and 512,000 bytes an event. */
  readonly limits?: Partial<EventsLimits>
  /** The integration keys that it knows, 32 letters and digits each; default one, `exampleRoutingKey`. */
  readonly routingKeys?: readonly string[]
}

/** PagerDuty's Events API v2 over TLS, which its SDK insists on. */
export interface FakePagerDuty extends FakeServer {
  /** Host and port, as the SDK's option `server` takes them. */
  readonly server: string
  /** The PEM certificate to trust, for `ca` or the file of `NODE_EXTRA_CA_CERTS`. */
  readonly ca: string
  /** What was opened with a routing key, oldest first. Throws for a key it never knew. */
  incidents(routingKey: string): readonly Incident[]
  /** The change events of a routing key, oldest first. Throws for a key it never knew. */
  changes(routingKey: string): readonly Change[]
  /** Events that were answered with 202 and changed nothing, oldest first. */
  readonly dropped: readonly DroppedEvent[]
  /** Deletes the integration: its key is refused from now on, what it holds stays readable. */
  deleteIntegration(routingKey: string): void
}

/** The integration that a fake has when none is named. */
export const exampleRoutingKey = 'e93facc04764012d7bfb002500d5d1a6'

/** Listens on 127.0.0.1 with a certificate of its own, valid for a day. Rejects when the port is taken. */
export async function startFakePagerDuty(options: FakePagerDutyOptions = {}): Promise<FakePagerDuty> {
  const { now = Date.now, routingKeys = [exampleRoutingKey] } = options
  const all = new Map(routingKeys.map((key) => [key, createIntegration()]))
  const integrations = new Map(all)
  const dropped: DroppedEvent[] = []
  const service = createEventsService(
    { integrations, dropped, now },
    { eventsPerMinute: 120, maxEventBytes: MAX_EVENT_BYTES, ...options.limits },
  )
  const { cert, key } = await createCertificate()
  const server = await startFakeServer(service, {
    ...(options.port === undefined ? {} : { port: options.port }),
    tls: { cert, key },
    now,
  })
  return {
    ...server,
    server: new URL(server.url).host,
    ca: cert,
    dropped,
    incidents: (routingKey) => integrationOf(routingKey).incidents,
    changes: (routingKey) => integrationOf(routingKey).changes,
    deleteIntegration(routingKey) {
      integrations.delete(routingKey)
    },
  }

  function integrationOf(routingKey: string): Integration {
    const integration = all.get(routingKey)
    if (integration === undefined) {
      throw new Error('the fake has no integration with this routing key; name it in `routingKeys`')
    }
    return integration
  }
}
