import { startFakeSlack } from '@complywise/destination-fakes'
import { type ExampleName, exampleEvents, forwardStory } from '@complywise/forwarder/documents'
import { slackForwarder } from '../src/app.ts'
import { drawMessage } from './draw-message.ts'

/** What the channel shows last after the events of an example, as SVG by the example's name. */
export async function pictures(): Promise<Readonly<Record<string, string>>> {
  const drawn: Record<string, string> = {}
  for (const [name, title] of titles) drawn[name] = await picture(name, title)
  return drawn
}

const titles: readonly (readonly [ExampleName, string])[] = [
  ['control-failed', 'A failing control in Slack'],
  ['control-failed-again', 'A control that fails still, in Slack'],
  ['control-recovered', 'A control that has recovered, in Slack'],
  ['scan-completed', 'A completed scan in Slack'],
  ['scan-failed', 'A failed scan in Slack'],
  ['score-changed', 'A score below its line in Slack'],
  ['integration-disconnected', 'A disconnected integration in Slack'],
  ['evidence-uploaded', 'Evidence that belongs to nothing open, in Slack'],
  ['storm', 'Many controls that failed at once, in Slack'],
  ['unknown-event', 'An event of an unknown type in Slack'],
]

async function picture(name: ExampleName, title: string): Promise<string> {
  const clock = { now: 0 }
  const slack = await startFakeSlack({
    tokens: [{ token: 'xoxb-fake' }],
    channels: [{ id: 'C0ALERTS', name: 'alerts' }],
    limits: false,
    now: () => clock.now,
  })
  try {
    await forwardStory({
      app: slackForwarder,
      file: fileFor(slack.apiUrl),
      events: exampleEvents[name],
      clock,
    })
    const last = slack.channel('C0ALERTS').messages.at(-1)
    if (last === undefined) throw new Error(`Nothing was posted for ${name}.`)
    return drawMessage(last, title)
  } finally {
    await slack.close()
  }
}

function fileFor(apiUrl: string): Readonly<Record<string, unknown>> {
  return {
    slack: { token: 'xoxb-fake', api_url: apiUrl, post_interval: '0s' },
    targets: { alerts: { channel: 'C0ALERTS', mention: 'S0IAM', mention_from: 'critical' } },
    routes: [
      { match: { control: 'CC6.1' }, to: 'alerts', severity: 'critical', owner: 'Identity team', due: '7d' },
      { match: { event: '*' }, to: 'alerts' },
    ],
    links: { control: 'https://app.complywise.example/controls/{framework}/{control_id}' },
  }
}
