import { expect, test } from 'vitest'
import { headings, startSlack } from './support/slack.ts'
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

test('people are notified when something opens or opens again, and at no other time', async () => {
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

test('what gets worse while it is open notifies nobody', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep('CC6.1', { severity: 'warning' }))
  const worse = repeatStep()
  await teller.tell(worse)
  expect(worse.alert?.severity).toBe('error')
  expect(slack.channel('C0ALERTS').messages[0]?.edits).toBe(1)
  expect(slack.pings).toEqual([])
})

test('late events and evidence are replies that change nothing', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  await teller.tell(stepOf('late', controlAlert('CC6.1'), failed))
  await teller.tell(
    stepOf('note', controlAlert('CC6.1'), {
      kind: 'evidence_uploaded',
      fileName: 'review.pdf',
      controlId: 'CC6.1',
    }),
  )
  const [message] = slack.channel('C0ALERTS').messages
  expect(message?.edits).toBe(0)
  expect(message?.replies.map(({ text }) => text.split('\n')[0])).toEqual([
    '🔵 Late event: CC6.1 of SOC 2',
    '🔵 Evidence for CC6.1: review.pdf',
  ])
})

test('a late event that nobody was told the rest of is not told either', async () => {
  const { slack, teller } = await startSlack()
  const outcomes = await teller.tell(stepOf('late', controlAlert('CC6.1'), failed))
  expect(outcomes).toEqual([{ operation: 'post_reply', effect: {} }])
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

test('a reply to a message that was deleted is posted by itself', async () => {
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  slack.faults.inject(
    { kind: 'error', status: 200, body: { ok: false, error: 'thread_not_found' } },
    { operation: 'chat.postMessage' },
  )
  await teller.tell(
    stepOf('note', controlAlert('CC6.1'), { kind: 'evidence_uploaded', fileName: 'review.pdf' }),
  )
  expect(slack.channel('C0ALERTS').messages[1]?.text).toContain('review.pdf')
})

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
