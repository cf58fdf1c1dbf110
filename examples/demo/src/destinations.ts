import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  exampleRoutingKey,
  type FakeServer,
  startFakeJira,
  startFakePagerDuty,
  startFakeSlack,
} from '@complywise/destination-fakes'
import type { ForwarderName } from './forwarder-process.ts'
import { jiraScreen } from './screens/jira-screen.ts'
import { pagerDutyScreen } from './screens/pagerduty-screen.ts'
import type { Screen } from './screens/screen.ts'
import { slackScreen } from './screens/slack-screen.ts'

/** A fake of Slack, PagerDuty or Jira in this process, and how its forwarder is told of it. */
export interface Destination {
  readonly name: ForwarderName
  /** Such as `Slack`. */
  readonly title: string
  /** Variables of its forwarder. */
  readonly settings: Readonly<Record<string, string>>
  readonly fake: FakeServer
  /** What it holds now. */
  screen(): Screen
}

/** Starts the three; what they need of files goes into `directory`. */
export async function startDestinations(directory: string): Promise<readonly Destination[]> {
  return Promise.all([startSlack(), startPagerDuty(directory), startJira()])
}

async function startSlack(): Promise<Destination> {
  const token = 'xoxb-demo'
  const channel = 'C0COMPLIANCE'
  const fake = await startFakeSlack({
    tokens: [{ token }],
    channels: [{ id: channel, name: 'compliance' }],
  })
  return {
    name: 'slack',
    title: 'Slack',
    settings: { SLACK_API_URL: fake.apiUrl, SLACK_TOKEN: token, SLACK_CHANNEL: channel },
    fake,
    screen: () => slackScreen(fake.channel(channel)),
  }
}

async function startPagerDuty(directory: string): Promise<Destination> {
  const fake = await startFakePagerDuty()
  // Its SDK speaks nothing but TLS.
  const certificate = join(directory, 'pagerduty.pem')
  await writeFile(certificate, fake.ca)
  return {
    name: 'pagerduty',
    title: 'PagerDuty',
    settings: {
      PAGERDUTY_SERVER: fake.server,
      PAGERDUTY_ROUTING_KEY: exampleRoutingKey,
      NODE_EXTRA_CA_CERTS: certificate,
    },
    fake,
    screen: () => pagerDutyScreen(fake.incidents(exampleRoutingKey), fake.changes(exampleRoutingKey)),
  }
}

async function startJira(): Promise<Destination> {
  const fake = await startFakeJira()
  const project = 'SEC'
  return {
    name: 'jira',
    title: 'Jira',
    settings: {
      JIRA_HOST: fake.url,
      JIRA_EMAIL: 'forwarder@example.com',
      JIRA_TOKEN: 'fake-jira-token',
      JIRA_PROJECT: project,
    },
    fake,
    screen: () => jiraScreen(project, fake.issues(project)),
  }
}
