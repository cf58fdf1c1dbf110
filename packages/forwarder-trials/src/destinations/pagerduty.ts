import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleRoutingKey, type FakePagerDuty, startFakePagerDuty } from '@complywise/destination-fakes'
import type { Destination, DestinationOptions, Held } from './destination.ts'

/** PagerDuty with one service. */
export async function startPagerDuty({
  directory,
  now,
  limitsRates = false,
}: DestinationOptions): Promise<Destination & { readonly fake: FakePagerDuty }> {
  const fake = await startFakePagerDuty({
    ...(now !== undefined && { now }),
    ...(limitsRates ? {} : { limits: { eventsPerMinute: Number.POSITIVE_INFINITY } }),
  })
  const ca = join(directory, 'pagerduty-ca.pem')
  writeFileSync(ca, fake.ca)
  const incidents = () => fake.incidents(exampleRoutingKey)
  const changes = () => fake.changes(exampleRoutingKey)

  return {
    app: 'pagerduty',
    fake,
    sections: {
      pagerduty: { server: fake.server },
      targets: { trial: { routing_key: exampleRoutingKey } },
    },
    simple: { PAGERDUTY_ROUTING_KEY: exampleRoutingKey, PAGERDUTY_SERVER: fake.server },
    environment: { NODE_EXTRA_CA_CERTS: ca },
    conditions(keys) {
      const byKey = Map.groupBy(incidents(), ({ dedupKey }) => dedupKey)
      const held = new Map<string, Held>()
      for (const key of keys) {
        const all = byKey.get(key) ?? []
        const open = all.filter(({ status }) => status !== 'resolved').length
        held.set(key, { open, closed: all.length - open })
      }
      return held
    },
    stepsNamed: () => [],
    summary: () => [
      ...incidents().map(({ status, severity, summary, log }) => {
        const actions = log.map(({ event }) => event.event_action).join(', ')
        return `${status} ${severity}: ${summary} (${actions})`
      }),
      ...changes().map(({ event }) => `change: ${event.payload.summary}`),
    ],
    texts: () => [
      ...incidents().flatMap(({ log }) => log.map(({ event }) => JSON.stringify(event))),
      ...changes().map(({ event }) => JSON.stringify(event)),
    ],
  }
}
