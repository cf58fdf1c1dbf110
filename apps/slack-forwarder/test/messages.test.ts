import type { FakeSlack } from '@complywise/destination-fakes'
import { expect, test } from 'vitest'
import { everyStep } from './support/every-step.ts'
import { alerts, headings, startSlack } from './support/slack.ts'
import {
  controlAlert,
  failed,
  openStep,
  reopenStep,
  repeatStep,
  resolveStep,
  stepOf,
  stormStep,
} from './support/steps.ts'

test('a control has one message, which follows its state, with what happened in its thread', async () => {
  const { slack, teller } = await startSlack()
  const states: (readonly string[])[] = []
  for (const step of [
    openStep(),
    repeatStep(),
    resolveStep(),
    reopenStep(),
    resolveStep('CC6.1', { count: 3 }),
  ]) {
    for (const { error } of await teller.tell({ ...step, id: `${step.id.slice(0, -2)}${states.length}0` })) {
      expect(error).toBeUndefined()
    }
    states.push(headings(slack.channel('C0ALERTS').messages[0]))
  }
  expect(states.flat()).toEqual([
    '🔴 CC6.1 failing · SOC 2',
    '🔴 CC6.1 still failing · SOC 2',
    '🟢 CC6.1 recovered · SOC 2',
    '🔴 CC6.1 failing again · SOC 2',
    '🟢 CC6.1 recovered · SOC 2',
  ])
  const { messages } = slack.channel('C0ALERTS')
  expect(messages).toHaveLength(1)
  expect(messages[0]?.replies.map(({ text }) => text.split('\n')[0])).toEqual([
    '🔴 CC6.1 still failing · SOC 2',
    '🟢 CC6.1 recovered · SOC 2',
    '🔴 CC6.1 failing again · SOC 2',
    '🟢 CC6.1 recovered · SOC 2',
  ])
  expect(messages[0]?.text).toContain('recovered after 3 d 4 h')
  expect(slack.refusals).toEqual([])
})

test('people are notified when something opens or opens again, and not of what they know', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  await teller.tell(repeatStep())
  await teller.tell(resolveStep())
  expect(slack.pings).toMatchObject([{ target: '!subteam^S0IAM', via: 'chat.postMessage' }])
  await teller.tell(reopenStep())
  expect(slack.pings).toHaveLength(2)
  expect(slack.pings[1]?.ts).toBe(slack.channel('C0ALERTS').messages[0]?.replies.at(-1)?.ts)
})

test('what is not bad enough notifies nobody', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep('CC6.1', { severity: 'warning' }))
  expect(slack.channel('C0ALERTS').messages).toHaveLength(1)
  expect(slack.pings).toEqual([])
})

test('what gets bad enough while it is open notifies in its thread, once, and again when it gets worse still', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep('CC6.1', { severity: 'info' }))
  const pings: number[] = []
  for (const [n, severity] of (['warning', 'error', 'error', 'critical', 'error'] as const).entries()) {
    await teller.tell(repeatStep('CC6.1', n + 2, { severity }))
    pings.push(slack.pings.length)
  }
  expect(pings).toEqual([0, 1, 1, 2, 2])
  const [message] = slack.channel('C0ALERTS').messages
  const [, error, , critical] = message?.replies ?? []
  expect(slack.pings.map(({ ts }) => ts)).toEqual([error?.ts, critical?.ts])
  expect(critical?.text).toContain('Severity: critical')
  expect(message?.replies.some(({ replyBroadcast }) => replyBroadcast)).toBe(false)
})

test.each(['html-502', 'html-502-after'] as const)(
  'what gets worse notifies once, although the reply was answered with %s',
  async (kind) => {
    const { slack, teller } = await startSlack()
    await teller.tell(openStep('CC6.1', { severity: 'warning' }))
    slack.faults.inject({ kind }, { operation: 'chat.postMessage' })
    await teller.tell(repeatStep())
    await teller.tellAgain(repeatStep(), new Date(Date.now() - 3000).toISOString())
    await teller.tell(repeatStep('CC6.1', 3))
    expect(slack.pings).toHaveLength(1)
  },
)

test('a storm that a worse control joins notifies in the channel as well, also when steps were left out', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(stormStep('open', 11, 0, 'warning'))
  await teller.tell(stormStep('progress', 12, 0, 'warning'))
  // The step that made it critical was told with this one, which knows only of critical.
  const known = stormStep('progress', 13, 0, 'critical').alert
  await teller.tell({ ...stormStep('progress', 14, 0, 'critical'), before: known })
  await teller.tell(stormStep('progress', 15, 0, 'critical'))
  const [message, ...others] = slack.channel('C0ALERTS').messages
  expect(others).toEqual([])
  expect(message?.replies.map(({ text, replyBroadcast }) => [text.split('\n')[0], replyBroadcast])).toEqual([
    ['🔴 14 more controls failing · SOC 2', true],
  ])
  expect(message?.replies[0]?.text).toContain('Severity: critical')
  expect(slack.pings).toMatchObject([{ ts: message?.replies[0]?.ts, target: '!subteam^S0IAM' }])
  expect(slack.refusals).toEqual([])
})

test('late events and evidence are replies that change nothing', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  const before = slack.channel('C0ALERTS').messages[0]
  await teller.tell(stepOf('late', controlAlert('CC6.1'), failed))
  await teller.tell(
    stepOf('note', controlAlert('CC6.1'), {
      kind: 'evidence_uploaded',
      fileName: 'review.pdf',
      controlId: 'CC6.1',
    }),
  )
  const [message] = slack.channel('C0ALERTS').messages
  expect(message).toMatchObject({ text: before?.text, blocks: before?.blocks, metadata: before?.metadata })
  expect(slack.pings).toHaveLength(1)
  expect(message?.replies.map(({ text }) => text.split('\n')[0])).toEqual([
    '🔵 Late event: CC6.1 of SOC 2',
    '🔵 Evidence for CC6.1: review.pdf',
  ])
})

test('a late event that nobody was told the rest of is not told either', async () => {
  const { slack, teller } = await startSlack()
  const outcomes = await teller.tell(stepOf('late', controlAlert('CC6.1'), failed))
  expect(outcomes.map(({ effect }) => effect)).toEqual([{}, {}])
  expect(slack.channel('C0ALERTS').messages).toEqual([])
})

test('a storm is one message, kept up to date without a reply for each control', async () => {
  const { slack, teller } = await startSlack()
  for (const step of [stormStep('open', 11), stormStep('progress', 80, 3), stormStep('resolve', 0, 83)])
    await teller.tell(step)
  const { messages } = slack.channel('C0ALERTS')
  expect(messages).toHaveLength(1)
  expect(headings(messages[0])).toEqual(['🟢 All controls recovered · SOC 2'])
  expect(messages[0]?.replies).toHaveLength(1)
})

test('a message that somebody deleted is posted anew', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  const before = teller.alert('cw:acme:control:soc 2:cc6.1')?.remote
  slack.faults.inject(
    { kind: 'error', status: 200, body: { ok: false, error: 'message_not_found' } },
    { operation: 'chat.update' },
  )
  await teller.tell(resolveStep())
  const { messages } = slack.channel('C0ALERTS')
  expect(messages).toHaveLength(2)
  expect(headings(messages[1])).toEqual(['🟢 CC6.1 recovered · SOC 2'])
  expect(messages[1]?.replies).toEqual([])
  expect(teller.alert('cw:acme:control:soc 2:cc6.1')?.remote?.ts).not.toBe(before?.ts)
})

test('what opens again in a message that was deleted notifies all the same, once', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  await teller.tell(resolveStep())
  slack.faults.inject(
    { kind: 'error', status: 200, body: { ok: false, error: 'message_not_found' } },
    { operation: 'chat.update' },
  )
  await teller.tell(reopenStep())
  expect(slack.pings.map(({ ts }) => ts)).toEqual(slack.channel('C0ALERTS').messages.map(({ ts }) => ts))
})

const evidence = stepOf('note', controlAlert('CC6.1'), { kind: 'evidence_uploaded', fileName: 'review.pdf' })
const lateAfterAll = stepOf('late', resolveStep().alert, failed)

test.each(['top-level', 'refused'] as const)(
  'with replies to deleted messages %s, a late event for one that was resolved is posted by itself, once',
  async (repliesToDeleted) => {
    const { slack, teller } = await startSlack({ repliesToDeleted })
    await teller.tell(openStep())
    deleteOnly(slack)
    const [told] = await teller.tell(lateAfterAll)
    expect(told?.error).toBeUndefined()
    const [message, ...others] = slack.channel('C0ALERTS').messages
    expect(message?.text).toContain('Late event')
    expect(others).toEqual([])
    expect(told?.effect?.proof).toBe(
      `https://t0comply.slack.com/archives/C0ALERTS/p${message?.ts.replace('.', '')}`,
    )
  },
)

test('a reply without an answer, whose parent was deleted, is found in the channel', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  deleteOnly(slack)
  slack.faults.inject({ kind: 'reset-after' }, { operation: 'chat.postMessage' })
  await teller.tell(lateAfterAll)
  const [again] = await teller.tellAgain(lateAfterAll, new Date(Date.now() - 3000).toISOString())
  expect(again?.error).toBeUndefined()
  expect(slack.channel('C0ALERTS').messages.map(({ text }) => text.split('\n')[0])).toEqual([
    '🔵 Late event: CC6.1 of SOC 2',
  ])
})

test.each([undefined, 'reset-after' as const])(
  'what is open gets a new message before evidence is told in its thread; the post ends with %s',
  async (fault) => {
    const { slack, teller } = await startSlack()
    await teller.tell(openStep())
    deleteOnly(slack)
    for (const kind of fault === undefined ? [] : [fault])
      slack.faults.inject({ kind }, { operation: 'chat.postMessage' })
    await teller.tell(evidence)
    await teller.tellAgain(evidence, new Date(Date.now() - 3000).toISOString())
    const [message, ...others] = slack.channel('C0ALERTS').messages
    expect(others).toEqual([])
    expect(headings(message)).toEqual(['🔴 CC6.1 failing · SOC 2'])
    expect(message?.replies.map(({ text }) => text.split('\n')[0])).toEqual(['🔵 Evidence: review.pdf'])
    expect(slack.pings).toHaveLength(1)
    expect(teller.alert('cw:acme:control:soc 2:cc6.1')?.remote?.ts).toBe(message?.ts)
  },
)

test('a message that was deleted and posted anew without an answer is not posted a third time', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  deleteOnly(slack)
  slack.faults.inject({ kind: 'reset-after' }, { operation: 'chat.postMessage' })
  await teller.tell(resolveStep())
  await teller.tellAgain(resolveStep(), new Date(Date.now() - 3000).toISOString())
  expect(slack.channel('C0ALERTS').messages.map(headings)).toEqual([['🟢 CC6.1 recovered · SOC 2']])
})

test('the message of a score says what it is now, and an older note changes nothing', async () => {
  const { slack, teller } = await startSlack()
  const fallen = everyStep['score falls'] ?? openStep()
  await teller.tell(fallen)
  const note = (newScore: number, timestamp: string) =>
    teller.tell(
      stepOf(
        'note',
        fallen.alert,
        { kind: 'score_changed', framework: 'SOC 2', previousScore: 84.6, newScore, ...within },
        { n: newScore, event: { event: 'compliance.score_changed', timestamp } },
      ),
    )
  await note(80, '2026-03-01T13:00:00.000Z')
  await note(82, '2026-03-01T12:30:00.000Z')
  const [message] = slack.channel('C0ALERTS').messages
  expect(headings(message)).toEqual([expect.stringMatching(/^🟠 SOC 2 score .*▼ 80\s%$/)])
  expect(message?.text).toContain('Severity: warning')
  expect(message?.replies).toHaveLength(2)
})

const within = { band: 'warning', previousBand: 'warning', isDrop: false } as const

function deleteOnly(slack: FakeSlack): void {
  for (const { ts } of slack.channel('C0ALERTS').messages) slack.deleteByHand('C0ALERTS', ts)
}

test('of a target that is gone, and was never told, nothing is said', async () => {
  const { slack, destination } = await startSlack()
  const call = { signal: AbortSignal.timeout(5000), remote: undefined, alert: undefined, sharing: () => [] }
  const operations = [openStep(), resolveStep(), repeatStep()].flatMap((step) =>
    destination.operations(step, undefined),
  )
  expect(await Promise.all(operations.map(async (operation) => operation.perform(call)))).toEqual([
    {},
    {},
    {},
    {},
  ])
  expect(slack.requests).toEqual([])
})

test('an alert stays in its channel although the target has another one by now', async () => {
  const channels = [
    { id: 'C0ALERTS', name: 'alerts' },
    { id: 'C0OTHER', name: 'other' },
  ]
  const { slack, teller, destination } = await startSlack({ channels })
  await teller.tell(openStep())
  const step = resolveStep()
  const alert = teller.alert('cw:acme:control:soc 2:cc6.1')
  for (const target of [{ channel: 'C0OTHER', mentions: [], mentionFrom: 'error' as const }, undefined]) {
    for (const operation of destination.operations(step, target)) {
      await operation.perform({
        signal: AbortSignal.timeout(5000),
        remote: alert?.remote,
        alert,
        sharing: () => [],
      })
    }
  }
  expect(slack.channel('C0OTHER').messages).toEqual([])
  expect(headings(slack.channel('C0ALERTS').messages[0])).toEqual(['🟢 CC6.1 recovered · SOC 2'])
})

test.each([undefined, 'reset-after' as const])(
  'what fails again is told in the channel that its target has by now; the post ends with %s',
  async (fault) => {
    const channels = ['C0ALERTS', 'C0OTHER'].map((id) => ({ id, name: id.toLowerCase() }))
    const targets = { alerts: { ...alerts } }
    const { slack, teller } = await startSlack({ channels }, { targets })
    await teller.tell(openStep())
    await teller.tell(resolveStep())
    Object.assign(targets.alerts, { channel: 'C0OTHER' })
    for (const kind of fault === undefined ? [] : [fault])
      slack.faults.inject({ kind }, { operation: 'chat.postMessage' })
    await teller.tell(reopenStep())
    await teller.tellAgain(reopenStep(), new Date(Date.now() - 3000).toISOString())
    await teller.tell(repeatStep('CC6.1', 5))
    expect(slack.channel('C0ALERTS').messages.map(headings)).toEqual([['🟢 CC6.1 recovered · SOC 2']])
    const [message, ...others] = slack.channel('C0OTHER').messages
    expect(others).toEqual([])
    expect(headings(message)).toEqual(['🔴 CC6.1 still failing · SOC 2'])
    expect(message?.replies).toHaveLength(1)
    expect(slack.pings.map(({ channel }) => channel)).toEqual(['C0ALERTS', 'C0OTHER'])
  },
)

test('an effect names its message by an address that anybody can open', async () => {
  const { slack, teller } = await startSlack()
  const [posted] = await teller.tell(openStep())
  await teller.tell(repeatStep())
  const [message] = slack.channel('C0ALERTS').messages
  const path = message?.ts.replace('.', '')
  expect(posted?.effect?.proof).toBe(`https://t0comply.slack.com/archives/C0ALERTS/p${path}`)
  expect(posted?.effect?.ref).toBe(`C0ALERTS/${message?.ts}`)
})

test('previews are what would be sent, without a token', async () => {
  const { destination, slack } = await startSlack()
  const target = { channel: 'C0ALERTS', mentions: [], mentionFrom: 'error' as const }
  const previews = [openStep(), resolveStep()].flatMap((step) => destination.operations(step, target))
  expect(previews.map(({ name }) => name)).toEqual(['post_message', 'update_message', 'post_reply'])
  expect(JSON.stringify(previews.map(({ preview }) => preview))).not.toContain('xox')
  expect(previews[0]?.preview).toMatchObject({ method: 'chat.postMessage', channel: 'C0ALERTS' })
  expect(slack.requests).toEqual([])
})
