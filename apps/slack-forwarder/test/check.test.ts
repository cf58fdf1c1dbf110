import { expect, test } from 'vitest'
import { alerts, startSlack, token } from './support/slack.ts'

const codes = (findings: readonly { readonly status: string; readonly code: string }[]) =>
  findings.map(({ status, code }) => `${status} ${code}`)

test('a token with all scopes and a channel with the app in it are fine, and nothing is posted', async () => {
  const { destination, slack } = await startSlack()
  const findings = await destination.check(AbortSignal.timeout(5000))
  expect(codes(findings)).toEqual(['ok slack_token_valid', 'ok slack_channel_usable'])
  expect(slack.channel('C0ALERTS').messages).toEqual([])
})

test.each([
  {
    what: 'a revoked token',
    change: ({ slack }: Started) => {
      slack.revokeToken(token)
    },
    expected: ['failed slack_token_revoked'],
  },
  {
    what: 'a token that may not post',
    change: ({ slack }: Started) => {
      slack.removeScope(token, 'chat:write')
    },
    expected: ['ok slack_token_valid', 'failed slack_missing_scope'],
  },
  {
    what: 'a token that may not look at channels',
    change: ({ slack }: Started) => {
      slack.removeScope(token, 'channels:read')
      slack.removeScope(token, 'groups:read')
    },
    expected: ['ok slack_token_valid', 'warning slack_missing_scope', 'warning slack_missing_scope'],
  },
  {
    what: 'a token that may not read messages',
    change: ({ slack }: Started) => {
      slack.removeScope(token, 'channels:history')
      slack.removeScope(token, 'groups:history')
    },
    expected: [
      'ok slack_token_valid',
      'warning slack_missing_scope',
      'ok slack_channel_usable',
      'warning slack_history_unreadable',
    ],
  },
  {
    what: 'an archived channel',
    change: ({ slack }: Started) => {
      slack.archive('C0ALERTS')
    },
    expected: ['ok slack_token_valid', 'failed slack_is_archived'],
  },
  {
    what: 'a channel without the app',
    change: ({ slack }: Started) => {
      slack.removeFrom('C0ALERTS')
      slack.removeScope(token, 'chat:write.public')
    },
    expected: ['ok slack_token_valid', 'failed slack_not_in_channel'],
  },
  {
    what: 'a channel without the app, where anybody may post',
    change: ({ slack }: Started) => {
      slack.removeFrom('C0ALERTS')
    },
    expected: ['ok slack_token_valid', 'warning slack_not_in_channel'],
  },
  {
    what: 'a Slack that does not answer',
    change: ({ slack }: Started) => {
      slack.faults.always({ kind: 'hang' })
    },
    expected: ['failed slack_no_answer'],
    patienceMs: 300,
  },
])('$what is found', async ({ change, expected, patienceMs = 30_000 }) => {
  const started = await startSlack()
  change(started)
  const findings = await started.destination.check(AbortSignal.timeout(patienceMs))
  expect(codes(findings)).toEqual(expected)
  for (const { status, fix, message } of findings) {
    expect(fix === undefined).toBe(status === 'ok')
    expect(message).not.toContain(token)
  }
})

test('a channel that does not exist is named with its target', async () => {
  const { destination } = await startSlack({}, { targets: { grc: { ...alerts, channel: 'C0NOWHERE' } } })
  const findings = await destination.check(AbortSignal.timeout(5000))
  expect(findings[1]).toMatchObject({ status: 'failed', code: 'slack_channel_not_found' })
  expect(findings[1]?.message).toContain('Channel C0NOWHERE of target "grc"')
})

type Started = Awaited<ReturnType<typeof startSlack>>
