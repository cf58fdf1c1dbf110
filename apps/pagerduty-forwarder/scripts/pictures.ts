import { exampleRoutingKey, startFakePagerDuty } from '@complywise/destination-fakes'
import { type ExampleName, exampleEvents, forwardStory } from '@complywise/forwarder/documents'
import { pagerDutyForwarder } from '../src/app.ts'
import { drawChange, drawIncident } from './draw-incident.ts'

/** What PagerDuty holds last after the events of an example, as SVG by the example's name. */
export async function pictures(): Promise<Readonly<Record<string, string>>> {
  const drawn: Record<string, string> = {}
  for (const [name, title] of titles) drawn[name] = await picture(name, title)
  return drawn
}

const titles: readonly (readonly [ExampleName, string])[] = [
  ['control-failed', 'A failing control in PagerDuty'],
  ['control-recovered', 'A control that has recovered, in PagerDuty'],
  ['scan-completed', 'A completed scan in PagerDuty'],
  ['scan-failed', 'A failed scan in PagerDuty'],
  ['score-changed', 'A score below its line in PagerDuty'],
  ['integration-disconnected', 'A disconnected integration in PagerDuty'],
  ['evidence-uploaded', 'Evidence in PagerDuty'],
  ['storm', 'Many controls that failed at once, in PagerDuty'],
]

const drawnAsChange: ReadonlySet<ExampleName> = new Set(['scan-completed', 'evidence-uploaded'])

async function picture(name: ExampleName, title: string): Promise<string> {
  const clock = { now: 0 }
  const pagerDuty = await startFakePagerDuty({ now: () => clock.now })
  const { server, ca } = pagerDuty
  try {
    const file = {
      pagerduty: { server, ca },
      targets: { compliance: { routing_key: exampleRoutingKey } },
      routes: [
        {
          match: { control: 'CC6.1' },
          to: 'compliance',
          severity: 'critical',
          owner: 'Identity team',
          due: '7d',
        },
        { to: 'compliance' },
      ],
      links: { control: 'https://app.complywise.example/controls/{framework}/{control_id}' },
    }
    await forwardStory({ app: pagerDutyForwarder, file, events: exampleEvents[name], clock })
    const change = pagerDuty.changes(exampleRoutingKey).at(-1)
    const incident = pagerDuty.incidents(exampleRoutingKey).at(-1)
    if (drawnAsChange.has(name) && change !== undefined) return drawChange(change, title)
    if (incident !== undefined) return drawIncident(incident, title)
    throw new Error(`PagerDuty was told nothing for ${name}.`)
  } finally {
    await pagerDuty.close()
  }
}
