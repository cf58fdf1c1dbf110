import { companyManagedProject, defaultUsers } from '@complywise/destination-fakes'
import type { Severity } from '@complywise/forwarder'
import { testSettings } from '@complywise/forwarder/testing'
import { expect, test } from 'vitest'
import { type Replica, startBench, type StepOptions } from './support/bench.ts'

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

test('the issue of a storm has a summary that stays true, and what every other issue has', async () => {
  const { jira, replica } = await startBench({
    target: { components: ['Access'], due: { storm: '3d' }, assignee: 'ada@example.com' },
  })
  await replica().tell('open', stormOf(1))
  expect(jira.issues('SEC')).toMatchObject([
    {
      summary: 'Many controls failing at once · SOC 2',
      dueDate: '2026-03-04',
      assignee: defaultUsers[1]?.accountId,
      fields: { components: [{ name: 'Access' }] },
      comments: [],
    },
  ])
})

test.each([
  { summary: '{headline}', expected: 'Many controls failing at once · SOC 2' },
  { summary: '[{framework}] {control_id} failing', expected: 'Many controls failing at once · SOC 2' },
  { summary: '{framework}: many fail', expected: 'SOC 2: many fail' },
])('with the summary "$summary" the issue of a storm is "$expected"', async ({ summary, expected }) => {
  const { jira, replica } = await startBench({ target: { summary } })
  await replica().tell('open', stormOf(1))
  expect(jira.issues('SEC')).toMatchObject([{ summary: expected }])
})

test('a storm is one issue with the list, kept up to date without a comment for each control', async () => {
  const { jira, clock, replica } = await startBench()
  const one = replica()
  await one.tell('open', stormOf(1))
  for (let count = 2; count <= 40; count++) await progress(one, clock, stormOf(count - 1), stormOf(count))
  await progress(one, clock, stormOf(40), stormOf(40, 1))
  const [issue, ...others] = jira.issues('SEC')
  expect(others).toEqual([])
  expect(issue?.description).toContain('CC39.1 failing')
  expect(issue?.description).toContain('CC0.1 recovered')
  expect(issue?.comments).toEqual([])
  await one.tell('resolve', stormOf(40, 40))
  expect(jira.issues('SEC')).toMatchObject([
    { statusCategory: 'done', comments: [{}], description: expect.stringContaining('CC39.1 recovered') },
  ])
  clock.now += hour
  await one.tell('reopen', stormOf(3))
  expect(jira.issues('SEC')).toMatchObject([
    { statusCategory: 'new', comments: [{}, {}], description: expect.stringContaining('CC2.1 failing') },
  ])
})

test('a storm that gets more severe is a comment and a priority', async () => {
  const { jira, clock, replica } = await startBench({
    target: { priority: { critical: 'Highest', warning: 'Low' } },
  })
  const one = replica()
  await one.tell('open', stormOf(1))
  await progress(one, clock, stormOf(1), stormOf(2, 0, 'critical'))
  expect(jira.issues('SEC')).toMatchObject([
    { priority: 'Highest', comments: [{ text: expect.stringContaining('2 more controls failing') }] },
  ])
  await progress(one, clock, stormOf(2, 0, 'critical'), stormOf(2, 0, 'warning'))
  expect(jira.issues('SEC')).toMatchObject([{ priority: 'Low', comments: [{}] }])
})

test('a storm whose issue a person has closed is reopened when more controls fail, and says why', async () => {
  const { jira, clock, replica } = await startBench()
  const one = replica()
  await one.tell('open', stormOf(2))
  jira.moveByHand('SEC-1', 'Done', 'Done')
  await progress(one, clock, stormOf(2), stormOf(2, 1))
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done', comments: [] }])
  await progress(one, clock, stormOf(2, 1), stormOf(3, 1))
  expect(jira.issues('SEC')).toMatchObject([
    {
      statusCategory: 'new',
      comments: [{ text: expect.stringContaining('More controls fail than when this issue was closed.') }],
    },
  ])
})

test('a storm is not described as it was when its list has grown since', async () => {
  const { jira, clock, replica } = await startBench()
  const one = replica()
  await one.tell('open', stormOf(1))
  const edits = () => jira.requests.filter(({ operation }) => operation === 'editIssue').length
  const steps = [2, 3, 4].map((count) => {
    clock.now += 1_000
    const before = one.step('progress', stormOf(count - 1)).alert
    return one.step('progress', { ...stormOf(count), ...(before === undefined ? {} : { before }) })
  })
  const newest = steps.at(-1)?.alert
  for (const step of steps) await one.carryOut(step, newest)
  expect(edits()).toBe(1)
  expect(jira.issues('SEC')[0]?.description).toContain('CC3.1 failing')
})

test.each(['open', 'reopen'] as const)(
  'a new failure (%s) after the target got another project has an issue there, linked with the one before',
  async (action) => {
    const { jira, clock, connect } = await startBench()
    const before = connect()
    await before.tell('open')
    await before.tell('resolve')
    clock.now += hour
    const after = connect({ target: { project: 'TEAM' }, remotes: before.remotes })
    await after.tell(action, { eventId: 'after' })
    expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done', comments: [{}] }])
    expect(jira.issues('TEAM')).toMatchObject([
      { statusCategory: 'new', links: [{ description: 'relates to', key: 'SEC-1' }] },
    ])
    await after.tell('repeat', { eventId: 'later' })
    await after.tell('resolve', { eventId: 'last' })
    expect(jira.issues('TEAM')).toMatchObject([{ statusCategory: 'done', comments: [{}, {}] }])
    await after.tell('reopen', { eventId: 'again' })
    expect(jira.issues('TEAM')).toMatchObject([{ statusCategory: 'new' }])
  },
)

test('what is open, or accepted, stays where it is when the target gets another project', async () => {
  const { jira, clock, connect } = await startBench()
  const before = connect()
  await before.tell('open')
  const after = connect({ target: { project: 'TEAM' }, remotes: before.remotes })
  jira.moveByHand('SEC-1', 'Done', 'Done')
  await after.tell('repeat', { eventId: 'after' })
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'new', comments: [{}] }])
  jira.moveByHand('SEC-1', 'Done', "Won't Do")
  clock.now += hour
  await after.tell('reopen', { eventId: 'later' })
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done', comments: [{}] }])
  expect(jira.issues('TEAM')).toEqual([])
})

test.each(['sec', '10001'])('a project that is spelled "%s" now is the same one', async (spelled) => {
  const sec = companyManagedProject({ key: 'SEC', id: '10001' })
  const { jira, connect } = await startBench({ jira: { projects: [sec] } })
  const before = connect()
  await before.tell('open')
  await before.tell('resolve')
  const after = connect({ target: { project: spelled }, remotes: before.remotes })
  await after.tell('reopen', { eventId: 'after' })
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'new' }])
})

test('scans that fail again, but not often enough, are told of nowhere: not on the closed issue either', async () => {
  const { jira, clock, replica } = await startBench({
    target: { issues_for: ['scan'], scan_failures: 2, priority: { warning: 'Low', error: 'High' } },
  })
  const one = replica()
  const untold = async (run: () => Promise<unknown>) => {
    const before = jira.issues('SEC')
    clock.now += hour
    await run()
    expect(jira.issues('SEC')).toEqual(before)
  }
  await untold(() => one.tell('open', failedScan(1)))
  await one.tell('repeat', failedScan(2))
  await one.tell('resolve', completedScan(2))
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'done', comments: [{}] }])

  await untold(() => one.tell('reopen', failedScan(1)))
  await untold(() => one.tell('resolve', completedScan(1)))
  await untold(() => one.tell('reopen', failedScan(1)))
  await one.tell('repeat', failedScan(2))
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'new', comments: [{}, {}] }])
  await one.tell('repeat', failedScan(1))
  expect(jira.issues('SEC')).toMatchObject([{ statusCategory: 'new', comments: [{}, {}, {}] }])
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

function failedScan(consecutive: number) {
  return {
    kind: 'scan' as const,
    key: 'cw:acme:scan',
    facts: { kind: 'scan_failed', consecutive } as const,
    alert: { count: consecutive, labels: {} },
  } satisfies StepOptions
}

function completedScan(count: number) {
  const facts = { kind: 'recovered', proof: 'scan_completed' } as const
  return { ...failedScan(count), facts } satisfies StepOptions
}

/** A storm of so many controls, the first of which have recovered. */
function stormOf(count: number, recovered = 0, severity: Severity = 'warning') {
  const members = Array.from({ length: count }, (_, index) => ({
    key: `cw:acme:control:soc 2:cc${index}`,
    controlId: `CC${index}.1`,
    state: index < recovered ? ('resolved' as const) : ('open' as const),
  }))
  const isOver = recovered === count
  return {
    kind: 'storm' as const,
    key: 'cw:acme:storm:soc 2',
    ...(isOver ? {} : { facts: { kind: 'storm' as const } }),
    alert: { members, severity, labels: { framework: 'SOC 2' } },
  } satisfies StepOptions
}

async function progress(
  one: Replica,
  clock: { now: number },
  before: StepOptions,
  after: StepOptions,
): Promise<void> {
  clock.now += 1_000
  const known = one.step('progress', before).alert
  await one.tell('progress', { ...after, ...(known === undefined ? {} : { before: known }) })
}
