import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createEmailTask } from '../../src/notify/email-task.ts'
import { createMailer, type Mailer } from '../../src/notify/mailer.ts'
import { createOwedEmailStore } from '../../src/store/owed-emails.ts'
import { recordTransition } from '../../src/store/transitions.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'
import { smtpError, startSmtpServer, type TestSmtpServer } from './support/start-smtp-server.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const HOUR_MS = 3_600_000

let store: TestStore
let server: TestSmtpServer
let refused: Set<string>
let deferred: Set<string>
let log: Row[]

beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  await store.query('truncate webhooks.owed_email, webhooks.subscription cascade')
  refused = new Set()
  deferred = new Set()
  log = []
  server = await startSmtpServer({
    onRcptTo({ address }, _session, callback) {
      if (refused.has(address)) callback(smtpError(550))
      else callback(deferred.has(address) ? smtpError(451) : null)
    },
  })
})
afterEach(() => server.close())
afterAll(() => store.close())

/** Records that a subscription with this contact was disabled. */
async function disable(contact: string | null = 'owner@example.com'): Promise<void> {
  const { id } = await store.subscribe()
  await store.query('update webhooks.subscription set contact_email = $2 where id = $1', [id, contact])
  await store.database.db.transaction().execute((tx) =>
    recordTransition(tx, {
      accountId: store.accountId,
      subscriptionId: id,
      from: 'degraded',
      to: 'disabled',
      reason: 'repeated_failures',
      actor: null,
    }),
  )
}

interface TaskOptions {
  readonly operator?: string | undefined
  readonly mailer?: Mailer | undefined
}

function task(options: TaskOptions = {}) {
  return createEmailTask({
    emails: createOwedEmailStore(store.database.db),
    mailer: createMailer({
      smtpUrl: `smtp://127.0.0.1:${server.port}`,
      from: 'webhooks@example.com',
      timeoutMs: 500,
    }),
    operator: 'ops@example.com',
    policy: { disableAfterFailures: 20, disableAfterMs: 24 * HOUR_MS, backlogMaxAgeMs: 7 * 24 * HOUR_MS },
    logger: pino({ level: 'debug' }, { write: (line) => log.push(JSON.parse(line)) }),
    ...options,
  })
}

const run = (options?: TaskOptions, signal = new AbortController().signal) => task(options).run(signal)

function recipients(): readonly string[] {
  return server.received.flatMap(({ to }) => to).toSorted((a, b) => a.localeCompare(b))
}

async function owed(): Promise<readonly Row[]> {
  return store.query(
    `select recipient, failure_count, extract(epoch from due_at - now())::float8 as due_in_seconds from webhooks.owed_email
     order by recipient nulls last`,
  )
}

const makeDue = () => store.query('update webhooks.owed_email set due_at = now()')

/** Lets everything be that much older. */
async function age(interval: string): Promise<void> {
  await store.query(
    `with aged as (update webhooks.subscription_transition set at = at - $1::interval)
     update webhooks.owed_email set created_at = created_at - $1::interval, due_at = now()`,
    [interval],
  )
}

test('the contact and the operator each get one', async () => {
  await disable()
  await run()
  await run()
  expect(recipients()).toEqual(['ops@example.com', 'owner@example.com'])
  expect(server.received.find(({ to }) => to[0] === 'ops@example.com')?.raw).toContain(
    'Subject: [acme] Webhooks to example.com were',
  )
  expect(await owed()).toEqual([])
})

test('nobody else gets one where there is no contact, or no operator', async () => {
  await disable(null)
  await disable('other@example.com')
  await store.query('delete from webhooks.owed_email where recipient is null')
  await disable(null)
  await task({ operator: undefined }).run(new AbortController().signal)
  expect(recipients()).toEqual(['other@example.com'])
  expect(await owed()).toEqual([])
})

test('what is refused for now is tried again later, with the same id, and keeps nobody else waiting', async () => {
  deferred.add('owner@example.com')
  await disable()
  await run()
  await run()
  expect(recipients()).toEqual(['ops@example.com'])
  const [waiting] = await owed()
  expect(waiting).toMatchObject({ recipient: 'owner@example.com', failure_count: 1 })
  expect(waiting?.['due_in_seconds']).toBeGreaterThan(50)
  await run()
  expect((await owed())[0]).toMatchObject({ failure_count: 1 })

  await makeDue()
  await run()
  const [later] = await owed()
  expect(later).toMatchObject({ failure_count: 2 })
  expect(later?.['due_in_seconds']).toBeGreaterThan(110)

  deferred.clear()
  await makeDue()
  await run()
  expect(recipients()).toEqual(['ops@example.com', 'owner@example.com'])
  expect(await owed()).toEqual([])
})

test('what is refused for good is given up, and logged', async () => {
  refused.add('owner@example.com')
  await disable()
  await run()
  expect(recipients()).toEqual(['ops@example.com'])
  expect(await owed()).toEqual([])
  expect(log.filter(({ level }) => level === 50)).toEqual([
    expect.objectContaining({
      msg: 'gave up on an e-mail',
      to: 'owner@example.com',
      detail: expect.stringContaining('550'),
    }),
  ])
})

test('a server that is down costs one attempt in a run, and loses nothing', async () => {
  await disable()
  await disable()
  await server.close()
  await run()
  const failures = (await owed()).map((row) => Number(row['failure_count']))
  expect(failures.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1])
})

test('one that was taken without saying so is sent again as the same', async () => {
  server.answerData('drop')
  await disable(null)
  await run()
  server.answerData('take')
  await makeDue()
  await run()
  const ids = server.received.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1])
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
  expect(await owed()).toEqual([])
})

test('after three days it is given up, and not before', async () => {
  await disable(null)
  await server.close()
  await age('70 hours')
  await run()
  expect(await owed()).toHaveLength(1)
  await age('2 hours')
  await run()
  expect(await owed()).toEqual([])
  expect(log.at(-1)).toMatchObject({ level: 50, msg: 'gave up on an e-mail' })
})

test('without a mail server nothing is sent, and what is old is forgotten', async () => {
  await disable()
  await run({ mailer: undefined })
  expect(await owed()).toHaveLength(2)
  await age('73 hours')
  await disable('new@example.com')
  await run({ mailer: undefined })
  expect((await owed()).map((row) => row['recipient'])).toEqual(['new@example.com', null])
})

test('several processes send each one once', async () => {
  for (let count = 0; count < 10; count += 1) await disable(`owner${count}@example.com`)
  await Promise.all(Array.from({ length: 4 }, () => run()))
  expect(server.received).toHaveLength(20)
  expect(new Set(server.received.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1])).size).toBe(20)
})

test('a sender that dies while sending leaves it to the next, when its lease has ended', async () => {
  await disable(null)
  const emails = createOwedEmailStore(store.database.db)
  expect(await emails.claim(60_000)).toBeDefined()
  await run()
  expect(recipients()).toEqual([])
  await makeDue()
  await run()
  expect(recipients()).toEqual(['ops@example.com'])
})

test('a sender that stops puts back what it was sending', async () => {
  const stopping = new AbortController()
  await disable(null)
  server.answerData('hang')
  const mailer = createMailer({
    smtpUrl: `smtp://127.0.0.1:${server.port}`,
    from: 'webhooks@example.com',
    timeoutMs: 600_000,
  })
  const running = run({ mailer }, stopping.signal)
  await vi.waitFor(() => expect(server.received).toHaveLength(1))
  stopping.abort()
  await running
  expect((await owed())[0]?.['due_in_seconds']).toBeLessThanOrEqual(0)
})
