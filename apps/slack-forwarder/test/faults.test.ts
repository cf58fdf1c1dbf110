import type { FakeSlack, Fault } from '@complywise/destination-fakes'
import type { DestinationErrorKind } from '@complywise/forwarder'
import { expect, onTestFinished, test } from 'vitest'
import { alerts, headings, startSlack, token } from './support/slack.ts'
import { openStep, repeatStep, resolveStep } from './support/steps.ts'

interface Row {
  readonly fault: Fault
  readonly kind: DestinationErrorKind
  readonly code: string
  readonly retryAfterMs?: number
}

const refused = (error: string, status = 200): Fault => ({
  kind: 'error',
  status,
  body: { ok: false, error },
})

const transport: readonly Row[] = [
  {
    fault: { kind: 'rate-limited', retryAfterSeconds: 7 },
    kind: 'retry',
    code: 'slack_rate_limited',
    retryAfterMs: 7000,
  },
  { fault: { kind: 'rate-limited' }, kind: 'retry', code: 'slack_rate_limited' },
  { fault: { kind: 'reset-before' }, kind: 'ambiguous', code: 'slack_no_answer' },
  { fault: { kind: 'reset-after' }, kind: 'ambiguous', code: 'slack_no_answer' },
  { fault: { kind: 'html-502' }, kind: 'ambiguous', code: 'slack_http_502' },
  { fault: { kind: 'html-502-after' }, kind: 'ambiguous', code: 'slack_http_502' },
  {
    fault: { kind: 'unavailable', retryAfterSeconds: 3 },
    kind: 'ambiguous',
    code: 'slack_http_503',
    retryAfterMs: 3000,
  },
  { fault: { kind: 'unavailable' }, kind: 'ambiguous', code: 'slack_http_503' },
  { fault: { kind: 'truncated' }, kind: 'ambiguous', code: 'slack_unreadable_answer' },
  { fault: { kind: 'html-success' }, kind: 'ambiguous', code: 'slack_unreadable_answer' },
  { fault: { kind: 'hang' }, kind: 'ambiguous', code: 'slack_no_answer' },
  { fault: { kind: 'hang-after' }, kind: 'ambiguous', code: 'slack_no_answer' },
  {
    fault: { kind: 'error', status: 200, body: { ok: true } },
    kind: 'ambiguous',
    code: 'slack_unreadable_answer',
  },
  { fault: { kind: 'error', status: 403, body: 'blocked' }, kind: 'retry', code: 'slack_http_403' },
]

const answers: readonly (readonly [DestinationErrorKind, readonly string[]])[] = [
  [
    'retry',
    ['ratelimited', 'rate_limited', 'service_unavailable', 'team_added_to_org', 'some_code_of_the_future'],
  ],
  [
    'ambiguous',
    [
      'internal_error',
      'fatal_error',
      'request_timeout',
      'duplicate_message_not_found',
      'duplicate_channel_not_found',
    ],
  ],
  [
    'operator',
    [
      'invalid_auth',
      'token_revoked',
      'token_expired',
      'account_inactive',
      'missing_scope',
      'channel_not_found',
      'not_in_channel',
      'is_archived',
      'restricted_action',
      'restricted_action_thread_locked',
      'ekm_access_denied',
      'no_permission',
    ],
  ],
]

const rows: readonly Row[] = [
  ...transport,
  ...answers.flatMap(([kind, codes]) =>
    codes.map((code) => ({
      fault: refused(code),
      kind,
      code: code === 'ratelimited' ? 'slack_rate_limited' : `slack_${code}`,
    })),
  ),
]

test.each(rows)('posting, $fault.kind $code is $kind', async ({ fault, kind, code, retryAfterMs }) => {
  const { slack, teller } = await startSlack()
  slack.faults.inject(fault, { operation: 'chat.postMessage' })
  const [outcome] = await teller.tell(openStep(), patience(slack, fault))
  expect(outcome?.error).toMatchObject({ kind, code, retryAfterMs })
  expect(outcome?.error?.message).not.toContain(token)
  expect(outcome?.error?.fix === undefined).toBe(kind !== 'operator')
})

const lossy: readonly Fault[] = [
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'html-502' },
  { kind: 'html-502-after' },
  { kind: 'unavailable' },
  { kind: 'truncated' },
  { kind: 'html-success' },
  { kind: 'hang' },
  { kind: 'hang-after' },
]

test.each(lossy)('after $kind a message is looked for, and is there once in the end', async (fault) => {
  const { slack, teller } = await startSlack()
  slack.faults.inject(fault, { operation: 'chat.postMessage' })
  await teller.tell(openStep(), patience(slack, fault))
  const [again] = await teller.tellAgain(openStep(), longAgo())
  expect(again?.error).toBeUndefined()
  await teller.tell(resolveStep())
  expect(slack.channel('C0ALERTS').messages.map(headings)).toEqual([['🟢 CC6.1 recovered · SOC 2']])
})

test.each(lossy)('after $kind a reply is looked for, and is there once in the end', async (fault) => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  slack.faults.inject(fault, { operation: 'chat.postMessage' })
  const outcomes = await teller.tell(repeatStep(), patience(slack, fault))
  expect(outcomes.at(-1)).toMatchObject({ operation: 'post_reply', error: { kind: 'ambiguous' } })
  await teller.tellAgain(repeatStep(), longAgo())
  expect(slack.channel('C0ALERTS').messages[0]?.replies).toHaveLength(1)
})

test.each(lossy)('after $kind an update is simply repeated', async (fault) => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  slack.faults.inject(fault, { operation: 'chat.update' })
  await teller.tell(resolveStep(), patience(slack, fault))
  await teller.tellAgain(resolveStep(), longAgo())
  const [message, ...others] = slack.channel('C0ALERTS').messages
  expect(headings(message)).toEqual(['🟢 CC6.1 recovered · SOC 2'])
  expect(message?.replies).toHaveLength(1)
  expect(others).toEqual([])
})

test('a slow answer is waited for', async () => {
  const { slack, teller } = await startSlack()
  slack.faults.inject({ kind: 'slow', ms: 200 }, { operation: 'chat.postMessage' })
  expect((await teller.tell(openStep()))[0]?.error).toBeUndefined()
})

test('a joined post that nobody answered is found for each of its alerts, and the message is whole again', async () => {
  const { slack, teller } = await startSlack()
  slack.faults.inject({ kind: 'reset-after' }, { operation: 'chat.postMessage' })
  const ids = ['CC6.1', 'CC6.2', 'CC6.3']
  await Promise.all(ids.map(async (id) => teller.tell(openStep(id))))
  // An update of the first comes before the others are looked for.
  await teller.tellAgain(openStep('CC6.1'), longAgo())
  await teller.tell(resolveStep('CC6.1'))
  await teller.tellAgain(openStep('CC6.2'), longAgo())
  await teller.tellAgain(openStep('CC6.3'), longAgo())
  expect(slack.channel('C0ALERTS').messages.map((message) => headings(message).toSorted())).toEqual([
    ['🔴 CC6.2 failing · SOC 2', '🔴 CC6.3 failing · SOC 2', '🟢 CC6.1 recovered · SOC 2'],
  ])
})

test('alerts of a joined post that are found at the same time do not leave each other out', async () => {
  const { slack, teller } = await startSlack()
  const ids = ['CC6.1', 'CC6.2', 'CC6.3']
  slack.faults.inject({ kind: 'reset-after' }, { operation: 'chat.postMessage' })
  await Promise.all(ids.map(async (id) => teller.tell(openStep(id))))
  const { destination } = await startSlack({}, { apiUrl: slack.apiUrl })
  for (const id of ids) {
    const [post] = destination.operations(openStep(id), alerts)
    const signal = AbortSignal.timeout(5000)
    // What was found of the others is not in the ledger yet.
    const call = { signal, remote: undefined, alert: openStep(id).alert, sharing: () => [] }
    expect(await post?.reconcile?.(call, longAgo())).toMatchObject({ kind: 'found' })
  }
  expect(slack.channel('C0ALERTS').messages.map((message) => headings(message).toSorted())).toEqual([
    ids.map((id) => `🔴 ${id} failing · SOC 2`),
  ])
})

test('right after a call without an answer it is too early to say that there is no message', async () => {
  const { slack, teller } = await startSlack()
  const [outcome] = await teller.tellAgain(openStep(), new Date().toISOString())
  expect(outcome?.error?.code).toBe('unsettled')
  expect(slack.channel('C0ALERTS').messages).toEqual([])
})

test('a message far back in a busy channel is found', async () => {
  const { slack, teller } = await startSlack()
  const since = longAgo()
  slack.faults.inject({ kind: 'reset-after' }, { operation: 'chat.postMessage' })
  await teller.tell(openStep())
  for (let index = 0; index < 450; index += 1) slack.postAsUser('C0ALERTS', `message ${index}`)
  const [again] = await teller.tellAgain(openStep(), since)
  expect(again?.effect?.ref).toBe(`C0ALERTS/${slack.channel('C0ALERTS').messages[0]?.ts}`)
})

test.each([-30_000, 30_000])(
  'with the clock of Slack %i ms ahead, a message and a reply are found all the same',
  async (aheadMs) => {
    const { slack, teller } = await startSlack({ now: () => Date.now() + aheadMs })
    for (const step of [openStep(), repeatStep()]) {
      slack.faults.inject({ kind: 'reset-after' }, { operation: 'chat.postMessage' })
      await teller.tell(step)
      const [again] = await teller.tellAgain(step, longAgo())
      expect(again?.error).toBeUndefined()
    }
    expect(slack.channel('C0ALERTS').messages.map(({ replies }) => replies.length)).toEqual([1])
  },
)

test('a channel too busy to be read through is not read for ever, and the effect says that it may be there twice', async () => {
  const { slack, teller } = await startSlack()
  for (let index = 0; index < 2100; index += 1) slack.postAsUser('C0ALERTS', `message ${index}`)
  const [outcome] = await teller.tellAgain(openStep(), longAgo())
  expect(outcome?.effect?.ambiguous).toBe('slack_history_too_long')
  expect(slack.requests.filter(({ operation }) => operation === 'conversations.history')).toHaveLength(10)
})

test('without the right to read the channel it is posted again, and the effect says that it may be there twice', async () => {
  const { slack, teller } = await startSlack()
  slack.removeScope(token, 'channels:history')
  slack.removeScope(token, 'groups:history')
  const [outcome] = await teller.tellAgain(openStep(), longAgo())
  expect(outcome?.effect?.ambiguous).toContain('missing_scope')
  expect(slack.channel('C0ALERTS').messages).toHaveLength(1)
})

test('while Slack cannot be asked, nothing is posted a second time', async () => {
  const { slack, teller } = await startSlack()
  slack.faults.always({ kind: 'html-502' }, { operation: 'conversations.history' })
  const [outcome] = await teller.tellAgain(openStep(), longAgo())
  expect(outcome?.error).toMatchObject({ kind: 'retry', code: 'slack_http_502' })
  expect(slack.channel('C0ALERTS').messages).toEqual([])
})

test.each(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'])(
  'blocks that are refused with %s are left out, and the effect says so',
  async (error) => {
    const { slack, teller } = await startSlack()
    slack.faults.inject(refused(error), { operation: 'chat.postMessage' })
    const [outcome] = await teller.tell(openStep())
    expect(outcome?.effect?.degraded).toEqual(['blocks'])
    const [message] = slack.channel('C0ALERTS').messages
    expect(message?.blocks).toEqual([])
    expect(message?.text).toBe(
      '🔴 CC6.1 failing · SOC 2\nCC6.1 of SOC 2 went from passed to failed.\nSeverity: error\nSince: 2026-03-01 12:00 UTC\n' +
        '<https://app.complywise.example/controls/SOC%202/CC6.1|Open CC6.1> <!subteam^S0IAM>',
    )
    expect(slack.pings).toMatchObject([{ target: '!subteam^S0IAM' }])
  },
)

test('an update whose blocks are refused becomes text as well', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  slack.faults.inject(refused('msg_blocks_too_long'), { operation: 'chat.update' })
  const [outcome] = await teller.tell(resolveStep())
  expect(outcome?.effect?.degraded).toEqual(['blocks'])
  expect(slack.channel('C0ALERTS').messages[0]).toMatchObject({ blocks: [], edits: 1 })
})

test('metadata that is refused is left out, and the message keeps its looks', async () => {
  const { slack, teller } = await startSlack()
  slack.faults.inject(refused('metadata_too_large'), { operation: 'chat.postMessage' })
  const [outcome] = await teller.tell(openStep())
  expect(outcome?.effect?.degraded).toEqual(['metadata'])
  expect(slack.channel('C0ALERTS').messages.map(headings)).toEqual([['🔴 CC6.1 failing · SOC 2']])
})

test('what is refused even as text can never be told', async () => {
  const { slack, teller } = await startSlack()
  slack.faults.inject(refused('msg_too_long'), { operation: 'chat.postMessage' }, 2)
  const [outcome] = await teller.tell(openStep())
  expect(outcome?.error).toMatchObject({ kind: 'payload', code: 'slack_msg_too_long' })
})

test('one that Slack does not take does not keep those from being told that were joined with it', async () => {
  const { slack, teller } = await startSlack()
  slack.faults.inject(refused('invalid_blocks'), { operation: 'chat.postMessage' })
  slack.faults.inject(refused('invalid_blocks'), { operation: 'chat.postMessage' }, 2)
  const [[first], [second]] = await Promise.all([
    teller.tell(openStep('CC6.1')),
    teller.tell(openStep('CC6.2')),
  ])
  expect(first?.error).toMatchObject({ kind: 'payload' })
  expect(second?.error).toBeUndefined()
  expect(slack.channel('C0ALERTS').messages.map(headings)).toEqual([['🔴 CC6.2 failing · SOC 2']])
})

test('a rate limit stops its own channel and no other', async () => {
  const channels = [
    { id: 'C0ALERTS', name: 'alerts' },
    { id: 'C0OTHER', name: 'other' },
  ]
  const targets = {
    alerts: { channel: 'C0ALERTS', mentions: [], mentionFrom: 'error' as const },
    other: { channel: 'C0OTHER', mentions: [], mentionFrom: 'error' as const },
  }
  const { slack, teller } = await startSlack({ channels }, { targets })
  slack.faults.inject({ kind: 'rate-limited', retryAfterSeconds: 60 }, { operation: 'chat.postMessage' })
  await teller.tell(openStep('CC6.1'))
  const [limited] = await teller.tell(openStep('CC6.2'))
  const [free] = await teller.tell({ ...openStep('CC6.3'), target: 'other' })
  expect(limited?.error).toMatchObject({ kind: 'retry', code: 'slack_channel_busy' })
  expect(free?.error).toBeUndefined()
  const asked = slack.requests.filter(({ operation }) => operation === 'chat.postMessage')
  expect(asked).toHaveLength(2)
})

test('a Slack that is not there is worth another try, and nothing is ambiguous', async () => {
  const { slack, teller } = await startSlack()
  await slack.close()
  const [outcome] = await teller.tell(openStep())
  expect(outcome?.error).toMatchObject({ kind: 'retry', code: 'slack_unreachable' })
})

function longAgo(): string {
  return new Date(Date.now() - 3000).toISOString()
}

/** Only what never answers is given up. */
function patience({ faults }: FakeSlack, { kind }: Fault): AbortSignal {
  if (!kind.startsWith('hang')) return AbortSignal.timeout(30_000)
  const patient = new AbortController()
  const timer = setInterval(() => {
    if ((faults.counts[kind] ?? 0) === 0) return
    clearInterval(timer)
    setTimeout(() => patient.abort(new DOMException('Nobody answers.', 'TimeoutError')), 100)
  }, 10)
  onTestFinished(() => clearInterval(timer))
  return patient.signal
}
