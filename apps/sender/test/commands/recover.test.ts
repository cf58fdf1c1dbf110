import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CliResult, runCli, startCli } from '../support/cli.ts'
import { eventually } from '../support/eventually.ts'
import { failDeliveries } from '../support/fill-log.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 120_000 })

const since = ['--since', new Date(Date.now() - 3_600_000).toISOString()]

let store: TestStore
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  store = await openTestStore()
  env = {
    DATABASE_URL: store.connectionString,
    SENDER_ENCRYPTION_KEY: Buffer.from(store.encryptionKey).toString('base64'),
  }
})
afterAll(() => store.close())

function args(subscriptionId: string, more: readonly string[] = []): readonly string[] {
  return ['recover', subscriptionId, '--account', 'acme', ...since, ...more]
}

async function recover(subscriptionId: string, more: readonly string[] = []): Promise<CliResult> {
  return await runCli(args(subscriptionId, more), { env })
}

/** A subscription that did not receive so many events. */
async function subscriptionMissing(count: number): Promise<string> {
  const { id } = await store.subscribe()
  await failDeliveries(store.database.pool, id, count)
  return id
}

async function made(subscriptionId: string): Promise<{ readonly made: number; readonly originals: number }> {
  const [row] = await store.query(
    'select count(*)::int as made, count(distinct redelivery_of)::int as originals from webhooks.owed_delivery where subscription_id = $1',
    [subscriptionId],
  )
  return { made: row!['made'], originals: row!['originals'] }
}

test.concurrent('sender recover --dry-run counts, and makes nothing', async () => {
  const id = await subscriptionMissing(3)
  expect(await recover(id, ['--dry-run'])).toEqual({
    exitCode: 0,
    stdout: '3 deliveries would be made.\n',
    stderr: '',
  })
  expect((await recover(id, ['--dry-run', '--json'])).stdout).toBe('{"count":3}\n')
  expect((await made(id)).made).toBe(0)
})

test.concurrent('sender recover asks for --yes where nobody can be asked', async () => {
  const id = await subscriptionMissing(1)
  const { exitCode, stdout, stderr } = await recover(id)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toBe('1 delivery would be made. Add --yes to make them, or --dry-run to only count.\n')
  expect((await made(id)).made).toBe(0)
})

test.concurrent('sender recover --yes makes every delivery and says so', async () => {
  const id = await subscriptionMissing(5)
  expect(await recover(id, ['--yes'])).toEqual({
    exitCode: 0,
    stdout: 'Recovered: 5 of 5 deliveries made.\n',
    stderr: '',
  })
  expect(await made(id)).toEqual({ made: 5, originals: 5 })
  const { stdout } = await recover(id, ['--yes', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', total_count: 0, subscription_id: id })
})

test.concurrent('sender recover that is interrupted leaves the job running, and goes on with it', async () => {
  const id = await subscriptionMissing(3)
  const child = startCli(args(id, ['--yes', '--per-second', '1']), { env })
  const output = text(child.stdout!)
  await eventually(async () => (await made(id)).made > 0, 60_000)
  child.kill('SIGINT')
  await once(child, 'close')
  expect(child.exitCode).toBe(1)
  expect(await output).toMatch(/^Interrupted, 1 of 3 deliveries made\. The job [\da-f-]{36} is left running/)
  const { exitCode, stderr } = await recover(id, ['--yes'])
  expect(exitCode).toBe(0)
  expect(stderr).toContain('recovered already')
  expect(await made(id)).toEqual({ made: 3, originals: 3 })
})

test('sender recover killed in the middle of a step, and after others, makes each delivery exactly once', async () => {
  const count = 130
  const id = await subscriptionMissing(count)
  const again = args(id, ['--yes', '--per-second', '50'])
  const blocker = await store.database.pool.connect()
  await blocker.query('begin; lock table webhooks.owed_delivery in share mode')
  const child = startCli(again, { env })
  await eventually(async () => {
    const rows = await store.query(
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query ilike '%insert into webhooks.owed_delivery%'`,
    )
    return rows.length > 0
  }, 60_000)
  child.kill('SIGKILL')
  await once(child, 'close')
  await blocker.query('commit')
  blocker.release()
  let isDone = false
  while (!isDone) {
    const before = (await made(id)).made
    const next = startCli(again, { env })
    const closed = once(next, 'close')
    await eventually(async () => next.exitCode !== null || (await made(id)).made > before, 60_000)
    next.kill('SIGKILL')
    await closed
    const [job] = await store.query(
      'select status, redelivered_count from webhooks.recover_job where subscription_id = $1',
      [id],
    )
    expect(job!['redelivered_count']).toBe((await made(id)).made)
    isDone = job!['status'] === 'completed'
  }
  expect(await made(id)).toEqual({ made: count, originals: count })
})

test.concurrent.each([
  ['a subscription that is none', ['x'], '<subscription>: '],
  ['an instant that is none', [crypto.randomUUID(), '--since', 'yesterday'], '--since: '],
  ['no deliveries a second', [crypto.randomUUID(), ...since, '--per-second', '0'], '--per-second: '],
  ['words for a number', [crypto.randomUUID(), ...since, '--per-second', 'many'], '--per-second: '],
])('sender recover with %s exits with 2', async (_name, [subscription = '', ...rest], message) => {
  const more = rest.length === 0 ? since : rest
  const { exitCode, stdout, stderr } = await runCli(['recover', subscription, ...more], { env })
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})

test.concurrent('sender recover of a subscription that is not there exits with 1', async () => {
  const { exitCode, stderr } = await recover(crypto.randomUUID(), ['--yes'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('has no subscription')
})
