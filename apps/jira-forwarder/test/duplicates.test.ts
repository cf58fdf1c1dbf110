import { expect, test } from 'vitest'
import { startBench, type Replica } from './support/bench.ts'

const hidden = 3_600_000

function open(jira: {
  issues(project: string): readonly { readonly statusCategory: string; readonly key: string }[]
}) {
  return jira
    .issues('SEC')
    .filter(({ statusCategory }) => statusCategory !== 'done')
    .map(({ key }) => key)
}

test('two replicas without a shared ledger make one issue of one event, though search knows neither', async () => {
  const { jira, replica } = await startBench({ jira: { indexDelayMs: hidden } })
  const [one, other] = [replica(), replica()]
  const event = { eventId: 'same-event' }
  await Promise.all([one.tell('open', event), other.tell('open', event)])
  expect(open(jira)).toEqual(['SEC-1'])
  const remotes = [one, other].map((each) => [...each.remotes.values()][0]?.key)
  expect(remotes).toContain('SEC-1')
  expect(jira.refusals).toEqual([])
})

test.each(Array.from({ length: 8 }, (_, index) => index))(
  'replicas and different events of one control at the same moment leave one issue (%i)',
  async (index) => {
    const { jira, clock, replica } = await startBench({
      jira: { indexDelayMs: () => [0, 20_000, hidden][index % 3] ?? 0, transitionConflictMs: 0 },
    })
    const replicas = Array.from({ length: 2 + (index % 3) }, replica)
    await Promise.all(replicas.map((each, at) => each.tell('open', { eventId: `event ${at % 2}` })))
    expect(open(jira)).toHaveLength(1)
    clock.now += 2 * hidden
    await Promise.all(replicas.map((each, at) => each.tell('repeat', { eventId: `later ${at}` })))
    expect(open(jira)).toHaveLength(1)
    const [winner] = open(jira)
    for (const each of replicas)
      expect([...each.remotes.values()]).toMatchObject([{ key: winner, isSwept: true }])
    await replicas[0]?.tell('resolve')
    expect(open(jira)).toEqual([])
  },
)

test('the duplicate says what it duplicates, and is closed as one', async () => {
  const { jira, replica } = await startBench({ jira: { indexDelayMs: hidden } })
  const [one, other] = [replica(), replica()]
  await makeTwins(one, other)
  await one.tell('repeat')
  expect(jira.issues('SEC')).toMatchObject([
    { key: 'SEC-1', statusCategory: 'new', links: [{ description: 'is duplicated by', key: 'SEC-2' }] },
    {
      key: 'SEC-2',
      statusCategory: 'done',
      resolution: 'Duplicate',
      links: [{ description: 'duplicates', key: 'SEC-1' }],
    },
  ])
})

test('whoever made the duplicate goes on with the other issue', async () => {
  const { jira, replica } = await startBench({ jira: { indexDelayMs: hidden } })
  const [one, other] = [replica(), replica()]
  await makeTwins(one, other)
  await one.tell('repeat')
  await other.tell('resolve')
  expect(jira.issues('SEC')).toMatchObject([
    { key: 'SEC-1', statusCategory: 'done', resolution: 'Done' },
    { key: 'SEC-2' },
  ])
  expect(open(jira)).toEqual([])
})

test('a duplicate that was found long after is followed to the issue that stayed', async () => {
  const { jira, clock, replica } = await startBench({ jira: { indexDelayMs: hidden } })
  const [one, other] = [replica(), replica()]
  await makeTwins(one, other, 60)
  clock.now += 120_000
  await other.tell('repeat')
  expect([...other.remotes.values()]).toMatchObject([{ key: 'SEC-62', isSwept: true }])
  clock.now += hidden
  await one.tell('repeat')
  expect(jira.issues('SEC').at(-1)).toMatchObject({ key: 'SEC-62', resolution: 'Duplicate' })
  await other.tell('resolve')
  expect(jira.issues('SEC')[0]).toMatchObject({ key: 'SEC-1', statusCategory: 'done', resolution: 'Done' })
})

test('a duplicate that search knew too late is swept with the next step of any other alert', async () => {
  const { jira, clock, replica } = await startBench({ jira: { indexDelayMs: 30_000 } })
  const [one, other] = [replica(), replica()]
  await makeTwins(one, other, 60)
  expect(open(jira)).toHaveLength(62)
  clock.now += 120_000
  await other.tell('open', { key: 'cw:acme:control:soc 2:cc9.9' })
  expect(jira.issues('SEC').filter(({ links }) => links.length > 0)).toHaveLength(2)
  expect(open(jira)).toContain('SEC-1')
})

test.each([0, 1, 2, 3])(
  'replicas that tell the same at the same moment leave one comment (%i)',
  async (index) => {
    const { jira, clock, replica } = await startBench()
    const replicas = Array.from({ length: 2 + (index % 2) }, replica)
    for (const action of ['open', 'repeat', 'resolve'] as const) {
      clock.now += 1_000
      await Promise.all(replicas.map((each) => each.tell(action, { eventId: `same ${action}` })))
    }
    const winner = jira.issues('SEC').find(({ resolution }) => resolution === 'Done')
    expect(winner?.comments.map(({ text }) => text.split('\n')[0])).toEqual([
      'CC6.1 still failing · SOC 2',
      'CC6.1 recovered · SOC 2',
    ])
  },
)

test('what another process said long ago is not said again, whatever that calls the target', async () => {
  const { jira, clock, replica } = await startBench()
  const [one, other] = [replica(), replica()]
  const tell = (each: Replica, action: 'open' | 'repeat') => {
    const step = each.step(action, { eventId: `same ${action}` })
    return each.carryOut({ ...step, id: `${step.id} ${each === one ? 'sec' : 'security'}` })
  }
  await tell(one, 'open')
  await tell(one, 'repeat')
  clock.now += hidden
  await tell(other, 'open')
  await tell(other, 'repeat')
  const comments = jira.issues('SEC')[0]?.comments ?? []
  expect(comments.map(({ properties }) => properties['complywise'])).toMatchObject([
    { event_id: 'same repeat', action: 'repeat', key: 'cw:acme:control:soc 2:cc6.1' },
    { event_id: 'same open', action: 'open' },
  ])
})

test('a comment that may not be taken back stays, and is counted', async () => {
  const { jira, replica } = await startBench()
  const [one, other] = [replica(), replica()]
  const events = { eventId: 'first' }
  await one.tell('open', events)
  await other.tell('open', events)
  jira.deny('DELETE_OWN_COMMENTS')
  const told = await Promise.all([one, other].map((each) => each.tell('repeat', { eventId: 'same' })))
  const comments = jira.issues('SEC')[0]?.comments ?? []
  expect(told.flatMap(({ degraded }) => degraded)).toHaveLength(comments.length - 1)
})

test.each([
  { name: 'the alert itself', between: [], expected: { searchIssues: 1 } },
  { name: 'a step of another alert', between: ['cw:acme:control:soc 2:cc9.9'], expected: {} },
])('an issue that is swept since search knows all is closed with few calls: by $name', async (variant) => {
  const { jira, clock, replica } = await startBench({ jira: { limits: false } })
  const one = replica()
  await one.tell('open')
  clock.now += 120_000
  for (const key of variant.between) await one.tell('open', { key })
  const before = jira.requests.length
  await one.tell('resolve')
  const calls = Object.groupBy(jira.requests.slice(before), ({ operation }) => operation)
  const counts = Object.fromEntries(Object.entries(calls).map(([name, each]) => [name, each?.length]))
  expect(counts).toEqual({
    getIssue: 2,
    getComments: 2,
    addComment: 1,
    getTransitions: 1,
    doTransition: 1,
    ...variant.expected,
  })
})

test('an issue that another process made is taken over, not doubled', async () => {
  const { jira, clock, replica } = await startBench()
  await replica().tell('open')
  clock.now += 600_000
  await replica().tell('open', { eventId: 'another event' })
  expect(jira.issues('SEC')).toMatchObject([{ key: 'SEC-1', comments: [{}] }])
})

test('an issue of another condition with the same label is left alone', async () => {
  const { jira, replica } = await startBench()
  const one = replica()
  await one.tell('open')
  const label = jira.issues('SEC')[0]?.labels.find((each) => each.startsWith('cw-')) ?? ''
  await fetch(`${jira.url}/rest/api/3/issue`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('forwarder@example.com:fake-jira-token').toString('base64')}`,
    },
    body: JSON.stringify({
      fields: { project: { key: 'SEC' }, issuetype: { name: 'Task' }, summary: 'A copy', labels: [label] },
    }),
  })
  await one.tell('repeat')
  expect(open(jira)).toEqual(['SEC-1', 'SEC-2'])
})

/** Two issues of one alert, `between` others apart: the first process ended before it could look for a second one. */
async function makeTwins(one: Replica, other: Replica, between = 0): Promise<void> {
  await onlyCreate(one)
  for (let index = 0; index < between; index++) {
    await onlyCreate(one, `cw:acme:control:soc 2:between ${index}`)
  }
  await other.begin(other.step('open'), 2)
}

/** The first operation of an open step and no other, as if the process had ended then. */
async function onlyCreate(replica: Replica, key = 'cw:acme:control:soc 2:cc6.1'): Promise<void> {
  await replica.begin(replica.step('open', { key }), 1)
}
