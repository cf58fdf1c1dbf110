import { testSettings } from '@complywise/forwarder/testing'
import { expect, test } from 'vitest'
import { startBench } from './support/bench.ts'

const hour = 3_600_000
const day = 24 * hour

test('a failing control becomes one issue that people and searches can tell', async () => {
  const { jira, replica } = await startBench({ target: { labels: ['Team IAM'] } })
  const told = await replica().tell('open')
  expect(told.degraded).toEqual([])
  const issues = jira.issues('SEC')
  expect(issues).toHaveLength(1)
  expect(issues[0]).toMatchObject({
    key: 'SEC-1',
    summary: '[SOC 2] CC6.1 failing',
    issueType: 'Task',
    statusCategory: 'new',
    comments: [],
    properties: {
      complywise: {
        key: 'cw:acme:control:soc 2:cc6.1',
        instance: 'acme',
        event_id: expect.any(String),
        step: expect.any(String),
      },
    },
  })
  expect(issues[0]?.labels).toEqual([
    'complywise',
    'soc-2',
    'cc6.1',
    'team-iam',
    expect.stringMatching(/^cw-[0-9a-f]{12}$/),
  ])
  expect(issues[0]?.description).toContain('CC6.1')
  expect(told.proofs).toContain('SEC-1')
  expect(jira.refusals).toEqual([])
})

test('a repetition is a comment, not another issue', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  await one.tell('repeat')
  const [issue, ...others] = jira.issues('SEC')
  expect(others).toEqual([])
  expect(issue?.comments).toHaveLength(1)
  expect(issue?.comments[0]?.text).toContain('CC6.1')
})

test('a recovery is a comment and closes the issue with a resolution', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  const told = await one.tell('resolve')
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done', resolution: 'Done', comments: [{}] }])
  expect(told.degraded).toEqual([])
  expect(jira.refusals).toEqual([])
})

test('a control that fails again within the window gets its issue back', async () => {
  const { jira, clock, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  await one.tell('resolve')
  clock.now += hour
  await one.tell('reopen')
  expect(jira.issues('SEC')).toMatchObject([
    { key: 'SEC-1', statusCategory: 'new', resolution: null, comments: [{}, {}] },
  ])
})

test('a control that fails again later gets a new issue, linked with the one before', async () => {
  const { jira, clock, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  await one.tell('resolve')
  clock.now += 30 * day
  await one.tell('open')
  expect(jira.issues('SEC')).toMatchObject([
    { key: 'SEC-1', statusCategory: 'done', links: [{ description: 'relates to', key: 'SEC-2' }] },
    { key: 'SEC-2', statusCategory: 'new', links: [{ description: 'relates to', key: 'SEC-1' }] },
  ])
})

test.each([
  { after: hour, action: 'repeat' as const, expected: 1, name: 'reopened when it still fails' },
  { after: 30 * day, action: 'repeat' as const, expected: 2, name: 'left alone when that was long ago' },
])('an issue that a person has closed as done is $name', async ({ after, action, expected }) => {
  const { jira, clock, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  jira.moveByHand('SEC-1', 'Done', 'Done')
  clock.now += after
  await one.tell(action)
  const issues = jira.issues('SEC')
  expect(issues).toHaveLength(expected)
  expect(issues.filter(({ statusCategory }) => statusCategory !== 'done')).toHaveLength(1)
})

test.each(['repeat', 'reopen', 'open'] as const)(
  'an accepted control stays closed and quiet on %s, until the acceptance expires',
  async (action) => {
    const { jira, clock, replica } = await startBench()
    const one = replica()
    await one.tell('open')
    jira.moveByHand('SEC-1', 'Done', "Won't Do")
    clock.now += 100 * day
    await one.tell(action)
    expect(jira.issues('SEC')).toMatchObject([
      { statusCategory: 'done', resolution: "Won't Do", comments: [] },
    ])
    clock.now += 300 * day
    await one.tell(action)
    const [issue, ...others] = jira.issues('SEC')
    expect(others).toEqual([])
    expect(issue).toMatchObject({ statusCategory: 'new', resolution: null })
    expect(issue?.comments.at(-1)?.text).toContain(
      "This was accepted as “Won't Do” on 2026-03-01; the acceptance expired on 2027-03-01.",
    )
  },
)

test('an issue that a person has deleted is made again', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  jira.deleteByHand('SEC-1')
  await one.tell('repeat')
  expect(jira.issues('SEC')).toMatchObject([{ key: 'SEC-2', statusCategory: 'new' }])
})

test('the recovery of a deleted issue is told to nobody, and says so', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  jira.deleteByHand('SEC-1')
  const told = await one.tell('resolve')
  expect(told.degraded).toContain('issue_missing')
  expect(jira.issues('SEC')).toEqual([])
})

test('a late event changes nothing', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  const before = jira.requests.length
  await one.tell('late')
  expect(jira.requests).toHaveLength(before)
})

test('evidence is a comment and a link that is there once', async () => {
  const { jira, connect } = await startBench()
  const one = connect({
    settings: testSettings({
      instance: 'acme',
      links: { evidence: 'https://cw.example/evidence/{evidence_id}' },
    }),
  })
  await one.tell('open')
  const facts = {
    kind: 'evidence_uploaded',
    evidenceId: 'ev-1',
    fileName: 'mfa.png',
    controlId: 'CC6.1',
  } as const
  await one.tell('note', { facts })
  await one.tell('note', { facts })
  expect(jira.issues('SEC')).toMatchObject([
    {
      comments: [{}, {}],
      remoteLinks: [
        {
          globalId: 'complywise:acme:evidence:ev-1',
          object: { url: 'https://cw.example/evidence/ev-1', title: 'mfa.png' },
        },
      ],
    },
  ])
})

test('a storm is one issue with the list, kept up to date', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  const members = Array.from({ length: 40 }, (_, index) => ({
    key: `cw:acme:control:soc 2:cc${index}`,
    controlId: `CC${index}.1`,
    state: 'open' as const,
  }))
  const storm = { kind: 'storm' as const, key: 'cw:acme:storm:soc 2', facts: { kind: 'storm' } as const }
  await one.tell('open', { ...storm, alert: { members } })
  const left = members.map((member, index) =>
    index === 0 ? { ...member, state: 'resolved' as const } : member,
  )
  await one.tell('progress', { ...storm, alert: { members: left } })
  const [issue, ...others] = jira.issues('SEC')
  expect(others).toEqual([])
  expect(issue?.description).toContain('CC39.1 failing')
  expect(issue?.description).toContain('CC0.1 recovered')
})

test('announcements are comments on the umbrella issue, and nothing without one', async () => {
  const { jira, replica } = await startBench({ target: { umbrella: 'SEC-1' } })
  const one = replica()
  await one.tell('open')
  await one.tell('announce', {
    facts: {
      kind: 'scan_completed',
      scan: { at: '2026-03-01T12:00:00.000Z', total: 150, passed: 142, failed: 8, score: 94.6 },
      history: [],
      isPartial: false,
    },
  })
  expect(jira.issues('SEC')[0]?.comments).toMatchObject([{ text: expect.stringContaining('142') }])
  const other = await startBench()
  await other.replica().tell('announce')
  expect(other.jira.requests).toEqual([])
})

test('priority follows the severity', async () => {
  const { jira, replica } = await startBench({
    target: { priority: { critical: 'Highest', warning: 'Low' } },
  })
  const one = replica()
  await one.tell('open')
  expect(jira.issues('SEC')).toMatchObject([{ priority: 'Low' }])
  const before = one.step('repeat').alert
  await one.tell('repeat', { alert: { severity: 'critical' }, ...(before === undefined ? {} : { before }) })
  expect(jira.issues('SEC')).toMatchObject([{ priority: 'Highest' }])
})
