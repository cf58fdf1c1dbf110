import { type AppConfig, describe, type Destination } from '@complywise/forwarder'
import { checkJira } from './check/check-jira.ts'
import { createCheckApi } from './client/check-api.ts'
import { createJiraApi } from './client/create-jira-api.ts'
import { createTransport } from './client/transport.ts'
import { createSweeper } from './issue/sweeper.ts'
import type { JiraOptions } from './options.ts'
import { planStep } from './plan-step.ts'
import type { JiraRemote } from './remote.ts'
import type { JiraTarget } from './target.ts'

/** Jira as a destination. Two of them may work on the same project without knowing of each other. */
export function connectJira(
  {
    settings,
    targets,
    options,
  }: Pick<AppConfig<JiraTarget, JiraOptions>, 'settings' | 'targets' | 'options'>,
  { now }: { readonly now: () => number },
): Destination<JiraTarget, JiraRemote> {
  const transport = createTransport(options, now)
  const api = createJiraApi(transport)
  const checkApi = createCheckApi(transport)
  const planner = {
    place: {
      api,
      now,
      settleMs: options.settleMs,
      reopenWindowMs: settings.recovery.reopenWindowMs,
      withoutResolution: new Set<string>(),
    },
    sweeper: createSweeper(),
  }
  return {
    name: 'jira',
    operations: (step, target) =>
      planStep({ step, description: describe(step, settings), instance: settings.instance }, target, planner),
    check: (signal) => checkJira({ api, checkApi, signal }, targets),
    close: () => transport.close(),
  }
}
