import { type AppConfig, defined, duration, secret, text } from '@complywise/forwarder'
import { z } from 'zod'
import { euServer, usServer } from './client/create-events-client.ts'
import { parseServer } from './client/server.ts'

/** An integration of a service in PagerDuty. */
export interface PagerDutyTarget {
  /** 32 letters and digits. */
  readonly routingKey: string
  /** What incidents say they come from; `undefined`: the instance. */
  readonly source?: string
  /** The page that incidents link to where no link of the configuration fits better. */
  readonly clientUrl?: string
  /** Whether news that open no incident become change events. */
  readonly changes: boolean
}

/** The section `pagerduty` of the configuration. */
export interface PagerDutyOptions {
  /** `host`, `host:port` or `host:port/prefix`. */
  readonly server: string
  /** PEM certificates to trust instead of those that Node trusts. */
  readonly ca?: string
  /** How long after the last one another trigger is sent for what still holds. */
  readonly repeatIntervalMs: number
}

/** An entry of `targets`. */
export const targetSchema: z.ZodType<PagerDutyTarget> = z
  .strictObject({
    routing_key: secret()
      .regex(/^[A-Za-z0-9]{32}$/, {
        error:
          'must be 32 letters and digits (in PagerDuty: the service → Integrations → Events API V2 → Integration Key)',
      })
      .describe('Integration Key of an integration of type Events API V2.'),
    source: text(255)
      .optional()
      .describe('What incidents say they come from. The name of the instance when absent.'),
    client_url: z
      .url({ protocol: /^https?$/, error: 'must be an address such as https://app.complywise.example' })
      .optional()
      .describe('Page that incidents link to where none of `links` fits.'),
    changes: z
      .boolean()
      .optional()
      .describe(
        'Whether news that open no incident, such as completed scans, become change events. Default true, except for keys that begin with R, which take none.',
      ),
  })
  .refine((target) => target.changes !== true || takesChanges(target.routing_key), {
    error:
      'must be false: a routing key that begins with R is that of a ruleset, which takes no change events',
    path: ['changes'],
  })
  .transform(({ routing_key: routingKey, source, client_url: clientUrl, changes }) =>
    defined({ routingKey, source, clientUrl, changes: changes ?? takesChanges(routingKey) }),
  )

const servers: Readonly<Record<string, string>> = { us: usServer, eu: euServer }

const server = z
  .string()
  .refine(isServer, {
    error: 'must be us, eu, or a host such as events.eu.pagerduty.com, without https:// before it',
  })
  .transform((name) => servers[name] ?? parseServer(name))

/** The section `pagerduty`. */
export const optionsSchema: z.ZodType<PagerDutyOptions> = z
  .strictObject({
    server: server
      .prefault('us')
      .describe('Service region of the account, `us` or `eu`, or the host of the Events API.'),
    ca: secret()
      .regex(/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/, {
        error: 'must be certificates in PEM form; write file:/path/of/them.pem',
      })
      .optional()
      .describe('Certificates to trust instead of the usual ones, as file:/path.'),
    repeat_interval: duration()
      .prefault('24h')
      .describe(
        'How long after the last one another trigger is sent for what is reported again. It opens the incident anew if somebody has resolved it in PagerDuty meanwhile. `0s`: every time.',
      ),
  })
  .prefault({})
  .transform(({ server: host, ca, repeat_interval: repeatIntervalMs }) =>
    defined({ server: host, ca, repeatIntervalMs }),
  )

/** What has to hold between targets. */
export function findProblems({
  targets,
}: Pick<AppConfig<PagerDutyTarget, PagerDutyOptions>, 'targets'>): readonly {
  readonly path: readonly (string | number)[]
  readonly message: string
}[] {
  const nameOf = new Map<string, string>()
  return Object.entries(targets).flatMap(([name, { routingKey }]) => {
    const other = nameOf.get(routingKey)
    nameOf.set(routingKey, other ?? name)
    if (other === undefined) return []
    const message = `must differ from that of targets.${other}: PagerDuty would take the incidents of both for the same`
    return [{ path: ['targets', name, 'routing_key'], message }]
  })
}

function takesChanges(routingKey: string): boolean {
  return !routingKey.startsWith('R')
}

function isServer(name: string): boolean {
  if (Object.hasOwn(servers, name)) return true
  try {
    parseServer(name)
    return true
  } catch {
    return false
  }
}
