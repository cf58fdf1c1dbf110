import type { Step } from '@complywise/forwarder'
import { expect, test } from 'vitest'
import { alerts, headings, startSlack } from './support/slack.ts'
import { openStep, repeatStep, resolveStep, stepOf, stormStep } from './support/steps.ts'

const ids = ['CC6.1', 'CC6.2', 'CC6.3', 'CC6.4']

test('posts that wait for the same slot become one message, and Slack never has to refuse for the rate', async () => {
  const { slack, teller } = await startSlack({ limits: {} }, { postIntervalMs: 1000 })
  await teller.tell(openStep('CC1.1'))
  const outcomes = await Promise.all(ids.map(async (id) => teller.tell(openStep(id))))
  const { messages } = slack.channel('C0ALERTS')
  expect(messages.map(headings)).toEqual([
    ['🔴 CC1.1 failing · SOC 2'],
    ids.map((id) => `🔴 ${id} failing · SOC 2`),
  ])
  expect(new Set(outcomes.map(([outcome]) => outcome?.effect?.ref)).size).toBe(1)
  expect(messages[1]?.text).toMatch(/^🔴 CC6\.1 failing · SOC 2 and 3 more\n/)
  expect(messages[1]?.metadata?.event_payload['steps']).toBe(ids.map((id) => openStep(id).id).join(' '))
  expect(slack.requests.every(({ status }) => status === 200)).toBe(true)
  expect(slack.pings).toHaveLength(2)
  expect(slack.refusals).toEqual([])
})

test('a joined message and its notification lead with what is worst, and with what is left of it', async () => {
  const { slack, teller } = await startSlack()
  await Promise.all([
    teller.tell(openStep('CC6.1', { severity: 'warning' })),
    teller.tell(openStep('CC6.2')),
    teller.tell(openStep('CC9.1', { severity: 'critical' })),
  ])
  const [message, ...others] = slack.channel('C0ALERTS').messages
  expect(others).toEqual([])
  expect(headings(message)).toEqual(['CC9.1', 'CC6.2', 'CC6.1'].map((id) => `🔴 ${id} failing · SOC 2`))
  const title = () => slack.channel('C0ALERTS').messages[0]?.text.split('\n')[0]
  expect(title()).toBe('🔴 CC9.1 failing · SOC 2 and 2 more')
  await teller.tell(resolveStep('CC9.1', { severity: 'critical' }))
  expect(title()).toBe('🔴 CC6.2 failing · SOC 2 and 2 more')
})

test('a storm has a message of its own, whatever waits with it', async () => {
  const { slack, teller } = await startSlack()
  await Promise.all([
    teller.tell(openStep('CC6.1')),
    teller.tell(stormStep('open', 2)),
    teller.tell(openStep('CC6.2')),
  ])
  expect(slack.channel('C0ALERTS').messages.map(headings)).toEqual([
    ['🔴 CC6.1 failing · SOC 2', '🔴 CC6.2 failing · SOC 2'],
    ['🔴 2 more controls failing · SOC 2'],
  ])
})

test('in a joined message each alert changes for itself', async () => {
  const { slack, teller } = await startSlack()
  await Promise.all(ids.map(async (id) => teller.tell(openStep(id))))
  await teller.tell(resolveStep('CC6.2'))
  const shown = () => headings(slack.channel('C0ALERTS').messages[0])
  expect(shown()).toEqual([
    '🔴 CC6.1 failing · SOC 2',
    '🟢 CC6.2 recovered · SOC 2',
    '🔴 CC6.3 failing · SOC 2',
    '🔴 CC6.4 failing · SOC 2',
  ])
  await Promise.all([
    ...ids.filter((id) => id !== 'CC6.2').map(async (id) => teller.tell(resolveStep(id))),
    teller.tell(repeatStep('CC6.2')),
  ])
  expect(shown()).toEqual([
    '🟢 CC6.1 recovered · SOC 2',
    '🔴 CC6.2 still failing · SOC 2',
    '🟢 CC6.3 recovered · SOC 2',
    '🟢 CC6.4 recovered · SOC 2',
  ])
  const [message] = slack.channel('C0ALERTS').messages
  expect(message?.metadata?.event_payload['steps']).toBe(ids.map((id) => openStep(id).id).join(' '))
  expect(slack.pings).toHaveLength(1)
})

test('an alert that got a message of its own leaves a word in the one it shared', async () => {
  const { slack, teller } = await startSlack()
  await Promise.all(ids.slice(0, 2).map(async (id) => teller.tell(openStep(id))))
  const later = openStep('CC6.1', {
    lastAt: '2026-05-01T12:00:00.000Z',
    openedAt: '2026-05-01T12:00:00.000Z',
  })
  await teller.tell({ ...later, id: 'another-step' })
  await teller.tell(resolveStep('CC6.2'))
  const [shared, own] = slack.channel('C0ALERTS').messages
  expect(headings(own)).toEqual(['🔴 CC6.1 failing · SOC 2'])
  expect(headings(shared)).toEqual(['🔵 CC6.1 failing · SOC 2', '🟢 CC6.2 recovered · SOC 2'])
  expect(shared?.text).toContain('Continues in a message of its own.')
})

test('replies to one message that wait at the same time are one reply', async () => {
  const { slack, teller } = await startSlack()
  await Promise.all(ids.map(async (id) => teller.tell(openStep(id))))
  await Promise.all(ids.map(async (id) => teller.tell(resolveStep(id))))
  const [message] = slack.channel('C0ALERTS').messages
  expect(message?.replies.map(({ text }) => text.match(/CC6\.\d recovered · SOC 2$/gm))).toEqual([
    expect.arrayContaining(ids.map((id) => `${id} recovered · SOC 2`)),
  ])
})

test('announcements are joined among themselves', async () => {
  const { slack, teller } = await startSlack()
  await Promise.all([
    teller.tell(openStep()),
    teller.tell(evidence('a.pdf')),
    teller.tell(openStep('CC6.2')),
    teller.tell(evidence('b.pdf')),
  ])
  expect(slack.channel('C0ALERTS').messages.map(({ text }) => text.split('\n')[0])).toEqual([
    '🔴 CC6.1 failing · SOC 2 and 1 more',
    '🔵 Evidence: a.pdf and 1 more',
  ])
})

test('no more is joined than Slack shows whole', async () => {
  const { slack, teller } = await startSlack()
  const many = Array.from({ length: 45 }, (_, index) => `CC${index + 1}`)
  await Promise.all(many.map(async (id) => teller.tell(openStep(id))))
  const { messages } = slack.channel('C0ALERTS')
  expect(messages.flatMap(headings)).toEqual(many.map((id) => `🔴 ${id} failing · SOC 2`))
  expect(messages.length).toBeLessThanOrEqual(6)
  expect(slack.refusals).toEqual([])
})

test('a slot that does not come in time is worth another try, and nothing was posted', async () => {
  const { slack, teller } = await startSlack({}, { postIntervalMs: 60_000 })
  await teller.tell(openStep('CC6.1'))
  const [outcome] = await teller.tell(openStep('CC6.2'))
  expect(outcome?.error).toMatchObject({ kind: 'retry', code: 'slack_channel_busy' })
  expect(outcome?.error?.retryAfterMs).toBeGreaterThan(50_000)
  expect(slack.channel('C0ALERTS').messages).toHaveLength(1)
})

test('whoever gives up while waiting is not posted, and does not stop the others', async () => {
  const { slack, teller } = await startSlack({}, { postIntervalMs: 300 })
  const impatient = new AbortController()
  await teller.tell(openStep('CC6.1'))
  const both = Promise.all([teller.tell(openStep('CC6.2'), impatient.signal), teller.tell(openStep('CC6.3'))])
  impatient.abort()
  const [[gaveUp], [waited]] = await both
  expect(gaveUp?.error).toMatchObject({ kind: 'retry', code: 'slack_channel_busy' })
  expect(waited?.effect?.ref).toBeDefined()
  expect(slack.channel('C0ALERTS').messages.flatMap(headings)).toEqual([
    '🔴 CC6.1 failing · SOC 2',
    '🔴 CC6.3 failing · SOC 2',
  ])
})

test('an update shows what another one has shown before, though its outcome is not in the ledger yet', async () => {
  const { slack, teller, destination } = await startSlack()
  await Promise.all(ids.slice(0, 2).map(async (id) => teller.tell(openStep(id))))
  const alertsThen = ids
    .slice(0, 2)
    .flatMap((id) => teller.alert(`cw:acme:control:soc 2:${id.toLowerCase()}`) ?? [])
  for (const [index, id] of ids.slice(0, 2).entries()) {
    const [update] = destination.operations(resolveStep(id), alerts)
    const alert = alertsThen[index]
    const call = { signal: AbortSignal.timeout(5000), remote: alert?.remote, alert, sharing: () => decided }
    const decided = alertsThen.map((each) => ({ ...each, state: 'resolved' as const }))
    await update?.perform(call)
  }
  const [message] = slack.channel('C0ALERTS').messages
  expect(message?.text.match(/recovered after 3 d 4 h/g)).toHaveLength(2)
})

test('an update shows what was posted with it, though its outcome is not in the ledger yet', async () => {
  const { slack, teller, destination } = await startSlack()
  await Promise.all(ids.slice(0, 2).map(async (id) => teller.tell(openStep(id))))
  const shown = () => headings(slack.channel('C0ALERTS').messages[0])
  const [first, second] = ids.map((id) => teller.alert(`cw:acme:control:soc 2:${id.toLowerCase()}`))
  const sharingWith = async (step: Step, sharing: readonly (typeof first)[]) => {
    const [update] = destination.operations(step, alerts)
    const known = sharing.filter((alert) => alert !== undefined)
    const signal = AbortSignal.timeout(5000)
    await update?.perform({ signal, remote: first?.remote, alert: first, sharing: () => known })
    return shown()
  }
  const failing = ['🔴 CC6.1 still failing · SOC 2', '🔴 CC6.2 failing · SOC 2']
  expect(await sharingWith(repeatStep('CC6.1', 2), [first])).toEqual(failing)
  expect(await sharingWith(repeatStep('CC6.1', 3), [first, second])).toEqual(failing)
  // Once the ledger had it, it is in another message when the ledger says so.
  expect(await sharingWith(repeatStep('CC6.1', 4), [first])).toEqual([
    '🔴 CC6.1 still failing · SOC 2',
    '🔵 CC6.2 failing · SOC 2',
  ])
})

function evidence(fileName: string): Step {
  return stepOf('announce', undefined, { kind: 'evidence_uploaded', fileName })
}
