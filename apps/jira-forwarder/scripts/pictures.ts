import { startFakeJira } from '@complywise/destination-fakes'
import { type ExampleName, exampleEvents, forwardStory } from '@complywise/forwarder/documents'
import { jiraForwarder } from '../src/config.ts'
import { drawIssue } from './draw-issue.ts'

/** The last issue that there is after the events of an example, as SVG by the example's name. */
export async function pictures(): Promise<Readonly<Record<string, string>>> {
  const drawn: Record<string, string> = {}
  for (const [name, title] of titles) drawn[name] = await picture(name, title)
  return drawn
}

const titles: readonly (readonly [ExampleName, string])[] = [
  ['control-failed', 'The issue of a failing control'],
  ['control-failed-again', 'The issue of a control that fails still'],
  ['control-recovered', 'The issue of a control that has recovered'],
  ['integration-disconnected', 'The issue of a disconnected integration'],
  ['score-changed', 'The issue of a score below its line'],
  ['scan-failed', 'The issue of a failed scan'],
  ['storm', 'The issue of many controls that failed at once'],
]

async function picture(name: ExampleName, title: string): Promise<string> {
  const clock = { now: 0 }
  const jira = await startFakeJira({ now: () => clock.now })
  try {
    const file = {
      jira: { host: jira.url, email: 'forwarder@example.com', token: 'fake-jira-token' },
      targets: {
        sec: {
          project: 'SEC',
          issues_for: ['control', 'storm', 'integration', 'score', 'scan'],
          scan_failures: 1,
        },
      },
      routes: [
        { match: { control: 'CC6.1' }, to: 'sec', severity: 'critical', owner: 'Identity team', due: '7d' },
        { to: 'sec' },
      ],
      links: { control: 'https://app.complywise.example/controls/{framework}/{control_id}' },
    }
    await forwardStory({ app: jiraForwarder, file, events: exampleEvents[name], clock })
    const last = jira.issues('SEC').at(-1)
    if (last === undefined) throw new Error(`No issue was created for ${name}.`)
    return drawIssue(last, title)
  } finally {
    await jira.close()
  }
}
