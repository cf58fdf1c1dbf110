import { startFakeSlack } from '@complywise/destination-fakes'
import { expect, onTestFinished, test } from 'vitest'
import { connectSlack } from '../src/destination.ts'
import { headings } from './support/slack.ts'
import { openStep, resolveStep, settings } from './support/steps.ts'
import { createTeller } from './support/teller.ts'

const tokens = { main: 'xoxb-main', eu: 'xoxb-eu', own: 'xoxb-own' }
const common = { mentions: [], mentionFrom: 'error' as const }
const targets = {
  alerts: { ...common, channel: 'C0ALERTS' },
  europe: { ...common, channel: 'C0EUROPE', workspace: 'eu' },
  partner: { ...common, channel: 'C0PARTNER', token: tokens.own },
}

async function start() {
  const slack = await startFakeSlack({
    limits: false,
    tokens: [
      { token: tokens.main, teamId: 'T0MAIN' },
      { token: tokens.eu, teamId: 'T0EU' },
      { token: tokens.own, teamId: 'T0OWN' },
    ],
    channels: [
      { id: 'C0ALERTS', name: 'alerts', teamId: 'T0MAIN' },
      { id: 'C0EUROPE', name: 'europe', teamId: 'T0EU' },
      { id: 'C0PARTNER', name: 'partner', teamId: 'T0OWN' },
    ],
  })
  const destination = connectSlack(
    {
      settings,
      targets,
      options: {
        apiUrl: slack.apiUrl,
        token: tokens.main,
        workspaces: { eu: { token: tokens.eu } },
        postIntervalMs: 0,
      },
    },
    { now: Date.now },
  )
  onTestFinished(async () => {
    await destination.close()
    await slack.close()
  })
  return { slack, destination }
}

test('each target is told with the token of its own workspace, and so is what it was told before', async () => {
  const { slack, destination } = await start()
  for (const target of Object.keys(targets)) {
    const teller = createTeller(destination, targets)
    await teller.tell({ ...openStep(), target })
    // The target may be gone from the configuration by the time its alert is resolved.
    const forgetful = destination.operations({ ...resolveStep(), target }, undefined)
    const alert = teller.alert('cw:acme:control:soc 2:cc6.1')
    const call = { signal: AbortSignal.timeout(5000), remote: alert?.remote, alert, sharing: () => [] }
    for (const operation of forgetful) await operation.perform(call)
  }
  for (const channel of ['C0ALERTS', 'C0EUROPE', 'C0PARTNER']) {
    expect(slack.channel(channel).messages.map(headings)).toEqual([['🟢 CC6.1 recovered · SOC 2']])
    expect(slack.channel(channel).messages[0]?.replies).toHaveLength(1)
  }
})

test('the check looks at every workspace', async () => {
  const { slack, destination } = await start()
  slack.revokeToken(tokens.eu)
  const findings = await destination.check(AbortSignal.timeout(5000))
  expect(findings.map(({ code, message }) => `${code}: ${message.slice(0, 30)}`)).toEqual([
    'slack_token_valid: Token of the default: Slack kn',
    'slack_channel_usable: Channel C0ALERTS of target "al',
    'slack_token_revoked: Token of the workspace eu: Sla',
    'slack_token_valid: Token of the target partner: S',
    'slack_channel_usable: Channel C0PARTNER of target "p',
  ])
})

test('a message whose token is gone from the configuration needs somebody to act', async () => {
  const { destination } = await start()
  const teller = createTeller(destination, targets)
  await teller.tell(openStep())
  const remote = teller.alert('cw:acme:control:soc 2:cc6.1')?.remote
  const [update] = destination.operations(resolveStep(), undefined)
  const gone = remote === undefined ? undefined : { ...remote, workspace: 'workspace apac' }
  const call = { signal: AbortSignal.timeout(5000), remote: gone, alert: undefined, sharing: () => [] }
  await expect(update?.perform(call)).rejects.toMatchObject({
    kind: 'operator',
    code: 'slack_token_missing',
    fix: expect.stringContaining('workspace apac'),
  })
})
