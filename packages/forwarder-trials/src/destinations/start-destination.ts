import type { AppName, Destination, DestinationOptions } from './destination.ts'
import { startJira } from './jira.ts'
import { startPagerDuty } from './pagerduty.ts'
import { startSlack } from './slack.ts'

/** Starts the fake that an app forwards to. */
export async function startDestination(app: AppName, options: DestinationOptions): Promise<Destination> {
  switch (app) {
    case 'slack':
      return startSlack(options)
    case 'pagerduty':
      return startPagerDuty(options)
    default:
      return startJira(options)
  }
}
