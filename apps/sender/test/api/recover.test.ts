import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRecoverTask } from '../../src/maintenance/recover-task.ts'
import { advanceRecoverJob } from '../../src/store/advance-recover-job.ts'
import { deriveAuditKey } from '../../src/store/audit-chain.ts'
import { createAuditLog } from '../../src/store/audit.ts'
import { createRecoverJobStore } from '../../src/store/recover-jobs.ts'
import { insertRedeliveries } from '../../src/store/redeliveries.ts'
import { eventually } from '../support/eventually.ts'
import { failDeliveries, insertCompleted } from '../support/fill-log.ts'
import { startApi, type TestApi } from './support/start-api.ts'

let api: TestApi
const since = new Date(Date.now() - 3_600_000).toISOString()

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function subscribe(owner = api.keys.admin): Promise<string> {
  const json = { url: 'https://example.com/', events: ['*'] }
  const { body } = await api.call('POST', '/api/webhooks', { key: owner, json })
  return body.id
}

async function recover(subscriptionId: string, json: object = {}, key = api.keys.admin) {
  return await api.call('POST', `/api/webhooks/${subscriptionId}/recover`, { key, json: { since, ...json } })
}

async function getJob(id: string) {
  return (await api.call('GET', `/api/recover-jobs/${id}`, { key: api.keys.member })).body
}

async function count(subscriptionId: string, condition = 'redelivery_of is not null'): Promise<number> {
  const { rows } = await api.database.pool.query<{ count: number }>(
    `select count(*)::int as count from webhooks.delivery where subscription_id = $1 and ${condition}`,
    [subscriptionId],
  )
  return rows[0]!.count
}

/** Goes on with a job as fast as the database lets it. */
async function runToEnd(jobId: string): Promise<void> {
  await eventually(async () => {
    await api.database.pool.query(
      "update webhooks.recover_job set due_at = now() where id = $1 and status = 'running'",
      [jobId],
    )
    await advanceRecoverJob(api.database.db, jobId)
    return (await getJob(jobId)).status === 'completed'
  })
}

describe('a recovery', () => {
  it('counts first, then delivers everything again that failed, once', async () => {
    const subscriptionId = await subscribe()
    await failDeliveries(api.database.pool, subscriptionId, 120)
    const { status, body } = await recover(subscriptionId, { dry_run: true })
    expect([status, body]).toEqual([200, { count: 120, since, until: expect.any(String) }])
    const {
      status: accepted,
      headers,
      body: job,
    } = await recover(subscriptionId, { deliveries_per_second: 50 })
    expect(accepted).toBe(202)
    expect(headers.get('location')).toBe(`/api/recover-jobs/${job.id}`)
    expect(job).toMatchObject({
      status: 'running',
      total_count: 120,
      redelivered_count: 0,
      completed_at: null,
    })
    await runToEnd(job.id)
    expect(await getJob(job.id)).toMatchObject({ redelivered_count: 120, completed_at: expect.any(String) })
    expect(await count(subscriptionId)).toBe(120)
    expect(await count(subscriptionId, 'redelivery_of is null')).toBe(120)
    const { body: again } = await recover(subscriptionId, { dry_run: true })
    expect(again.count).toBe(0)
  })

  it('makes no more in a second than it may', async () => {
    const subscriptionId = await subscribe()
    await failDeliveries(api.database.pool, subscriptionId, 30)
    const { body: job } = await recover(subscriptionId, { deliveries_per_second: 10 })
    await createRecoverTask(api.database.db).run(new AbortController().signal)
    expect(await count(subscriptionId)).toBe(10)
    const { rows } = await api.database.pool.query(
      'select extract(epoch from due_at - now())::float8 as wait from webhooks.recover_job where id = $1',
      [job.id],
    )
    expect(rows[0].wait).toBeGreaterThan(0)
    expect(rows[0].wait).toBeLessThanOrEqual(1)
  })

  it('takes the newest delivery of each event, and none that was received or is pending', async () => {
    const subscriptionId = await subscribe()
    const { pool } = api.database
    await failDeliveries(pool, subscriptionId, 6)
    const { rows } = await pool.query<{ id: string }>(
      'select id from webhooks.completed_delivery where subscription_id = $1 order by id',
      [subscriptionId],
    )
    const [received, pending, failedAgain, ...others] = rows.map((row) => row.id)
    await insertCompleted(pool, received!, 'succeeded')
    await pool.query(
      `insert into webhooks.owed_delivery (id, account_id, subscription_id, event_key, event_id, event, due_at, created_at)
       select webhooks.uuid_v7(), account_id, subscription_id, event_key, event_id, event, now(), now()
       from webhooks.completed_delivery where id = $1`,
      [pending],
    )
    const newest = await insertCompleted(pool, failedAgain!, 'failed')
    await pool.query('update webhooks.completed_delivery set is_test = true where id = $1', [others[0]])
    await pool.query("update webhooks.completed_delivery set status = 'canceled' where id = $1", [others[1]])
    const { body: job } = await recover(subscriptionId)
    expect(job.total_count).toBe(3)
    await runToEnd(job.id)
    const { rows: made } = await pool.query(
      'select redelivery_of from webhooks.owed_delivery where subscription_id = $1 and redelivery_of is not null order by redelivery_of',
      [subscriptionId],
    )
    expect(new Set(made.map((row) => row.redelivery_of))).toEqual(new Set([others[1], others[2], newest]))
    expect(made).toHaveLength(3)
  })

  it('keeps to its time', async () => {
    const subscriptionId = await subscribe()
    await failDeliveries(api.database.pool, subscriptionId, 5)
    const until = new Date(Date.now() - 1_800_000).toISOString()
    expect((await recover(subscriptionId, { dry_run: true, until })).body.count).toBe(0)
    const future = new Date(Date.now() + 3_600_000).toISOString()
    const { body } = await recover(subscriptionId, { dry_run: true, until: future })
    expect(body.count).toBe(5)
    expect(Date.parse(body.until)).toBeLessThan(Date.parse(future))
  })

  it.each(['paused', 'disabled'])('waits while its subscription is %s', async (state) => {
    const subscriptionId = await subscribe()
    const { pool, db } = api.database
    await failDeliveries(pool, subscriptionId, 3)
    await pool.query('update webhooks.subscription set state = $2 where id = $1', [subscriptionId, state])
    const { body: job } = await recover(subscriptionId)
    expect(await advanceRecoverJob(db, job.id)).toBe(true)
    expect([await count(subscriptionId), (await getJob(job.id)).status]).toEqual([0, 'running'])
    await pool.query("update webhooks.subscription set state = 'active' where id = $1", [subscriptionId])
    await runToEnd(job.id)
    expect(await count(subscriptionId)).toBe(3)
  })

  it('makes one delivery at a time for an endpoint that is probed', async () => {
    const subscriptionId = await subscribe()
    const { pool, db } = api.database
    await failDeliveries(pool, subscriptionId, 3)
    await pool.query('update webhooks.subscription set is_probing = true where id = $1', [subscriptionId])
    const { body: job } = await recover(subscriptionId)
    for (let times = 0; times < 3; times += 1) {
      await pool.query('update webhooks.recover_job set due_at = now() where id = $1', [job.id])
      await advanceRecoverJob(db, job.id)
    }
    expect(await count(subscriptionId)).toBe(1)
  })

  it('ends when its subscription is deleted', async () => {
    const subscriptionId = await subscribe()
    await failDeliveries(api.database.pool, subscriptionId, 3)
    const { body: job } = await recover(subscriptionId)
    await api.call('DELETE', `/api/webhooks/${subscriptionId}`, { key: api.keys.admin })
    await advanceRecoverJob(api.database.db, job.id)
    expect(await getJob(job.id)).toMatchObject({ status: 'canceled', redelivered_count: 0 })
  })

  it('is one at a time for a subscription', async () => {
    const subscriptionId = await subscribe()
    const answers = await Promise.all(Array.from({ length: 5 }, () => recover(subscriptionId)))
    const refused = answers.filter(({ status }) => status === 409)
    const accepted = answers.find(({ status }) => status === 202)
    expect(refused.map(({ body }) => [body.code, body.job_id])).toEqual(
      Array.from({ length: 4 }, () => ['recover_running', accepted?.body.id]),
    )
  })

  it('is refused beside another one before anything is counted', async () => {
    const subscriptionId = await subscribe()
    const { body: job } = await recover(subscriptionId)
    const counting = await api.database.pool.connect()
    await counting.query('begin; lock table webhooks.completed_delivery in access exclusive mode')
    const { status, body } = await recover(subscriptionId)
    await counting.query('rollback')
    counting.release()
    expect([status, body.job_id]).toEqual([409, job.id])
  })

  it('ends no later than now by the clock of the database', async () => {
    const subscriptionId = await subscribe()
    const { rows } = await api.database.pool.query(
      'select account_id from webhooks.subscription where id = $1',
      [subscriptionId],
    )
    const audit = createAuditLog(deriveAuditKey(api.encryptionKeys.current))
    const started = await createRecoverJobStore(api.database.db, audit).start({
      accountId: rows[0].account_id,
      subscriptionId,
      since: new Date(since),
      until: new Date('2999-01-01T00:00:00Z'),
      deliveriesPerSecond: 1,
      actor: 'command:test',
    })
    const job = await getJob(started.kind === 'started' ? started.job.id : '')
    expect(Date.parse(job.until)).toBeLessThanOrEqual(Date.parse(job.created_at))
  })

  it('can be canceled; what it made stays, and it makes no more', async () => {
    const subscriptionId = await subscribe()
    const { pool, db } = api.database
    await failDeliveries(pool, subscriptionId, 20)
    const { body: job } = await recover(subscriptionId, { deliveries_per_second: 5 })
    await advanceRecoverJob(db, job.id)
    const cancel = () => api.call('POST', `/api/recover-jobs/${job.id}/cancel`, { key: api.keys.admin })
    const { status, body } = await cancel()
    expect([status, body.status, body.redelivered_count]).toEqual([200, 'canceled', 5])
    expect(await advanceRecoverJob(db, job.id)).toBe(false)
    expect(await count(subscriptionId)).toBe(5)
    expect((await cancel()).body).toEqual(body)
    const { body: rest } = await recover(subscriptionId)
    expect(rest.total_count).toBe(15)
  })

  it('advanced by several processes at once makes each delivery once', async () => {
    const subscriptionId = await subscribe()
    const { pool, db } = api.database
    await failDeliveries(pool, subscriptionId, 400)
    const { body: job } = await recover(subscriptionId, { deliveries_per_second: 7 })
    await eventually(async () => {
      await Promise.all(
        Array.from({ length: 5 }, async () => {
          await pool.query(
            "update webhooks.recover_job set due_at = now() where id = $1 and status = 'running'",
            [job.id],
          )
          await advanceRecoverJob(db, job.id)
        }),
      )
      return (await getJob(job.id)).status === 'completed'
    })
    const { rows } = await pool.query(
      'select count(*)::int as made, count(distinct redelivery_of)::int as originals from webhooks.owed_delivery where subscription_id = $1',
      [subscriptionId],
    )
    expect(rows).toEqual([{ made: 400, originals: 400 }])
  })

  it('makes none of an event that somebody asked for meanwhile', async () => {
    const subscriptionId = await subscribe()
    const { pool, db } = api.database
    await failDeliveries(pool, subscriptionId, 1)
    const { rows } = await pool.query<{ id: string }>(
      'select id from webhooks.completed_delivery where subscription_id = $1',
      [subscriptionId],
    )
    const ids = rows.map((row) => row.id)
    const made = await Promise.all(
      [1, 2, 3].map(() => db.transaction().execute((tx) => insertRedeliveries(tx, ids))),
    )
    expect(made.flat()).toHaveLength(1)
  })

  it('is recorded in the audit log when it is started and canceled', async () => {
    const subscriptionId = await subscribe()
    const { body: job } = await recover(subscriptionId)
    await api.call('POST', `/api/recover-jobs/${job.id}/cancel`, { key: api.keys.admin })
    const { rows } = await api.database.pool.query(
      "select action from webhooks.audit_entry where target = $1 and action like 'recover.%' order by number",
      [`subscription:${subscriptionId}`],
    )
    expect(rows.map((row) => row.action)).toEqual(['recover.started', 'recover.canceled'])
  })

  it('is listed, newest first, for its own account', async () => {
    const subscriptionId = await subscribe()
    const { body: first } = await recover(subscriptionId)
    await runToEnd(first.id)
    const { body: second } = await recover(subscriptionId)
    const path = `/api/recover-jobs?subscription_id=${subscriptionId}`
    const { body } = await api.call('GET', path, { key: api.keys.member })
    expect(body.data.map((job: { id: string }) => job.id)).toEqual([second.id, first.id])
    const { body: page } = await api.call('GET', `${path}&limit=1`, { key: api.keys.member })
    const { body: next } = await api.call('GET', `${path}&limit=1&cursor=${page.next_cursor}`, {
      key: api.keys.member,
    })
    expect([page.data[0].id, next.data[0].id, next.next_cursor]).toEqual([second.id, first.id, null])
    const { body: theirs } = await api.call('GET', path, { key: api.otherKeys.admin })
    expect(theirs.data).toEqual([])
  })

  it.each([
    ['without since', { since: undefined }, '/since', 'required'],
    ['with until before since', { until: '2020-01-01T00:00:00Z' }, '/until', 'invalid_value'],
    ['with since in the future', { since: '2999-01-01T00:00:00Z' }, '/since', 'invalid_value'],
    [
      'counted with since in the future',
      { since: '2999-01-01T00:00:00Z', dry_run: true },
      '/since',
      'invalid_value',
    ],
    [
      'with all of its time in the future',
      { since: '2999-01-01T00:00:00Z', until: '2999-02-01T00:00:00Z' },
      '/since',
      'invalid_value',
    ],
    ['with no deliveries a second', { deliveries_per_second: 0 }, '/deliveries_per_second', 'too_small'],
    ['with too many a second', { deliveries_per_second: 1001 }, '/deliveries_per_second', 'too_big'],
  ])('%s is refused', async (_name, json, path, code) => {
    const { status, body } = await recover(await subscribe(), json)
    expect(status).toBe(422)
    expect(body.errors).toContainEqual({ path, code, detail: expect.any(String) })
  })

  it('of a subscription that is not there, or is another account’s, is not found', async () => {
    const theirs = await subscribe(api.otherKeys.admin)
    for (const id of [randomUUID(), theirs]) {
      expect((await recover(id)).status).toBe(404)
      expect((await recover(id, { dry_run: true })).status).toBe(404)
    }
    const { body: job } = await recover(theirs, {}, api.otherKeys.admin)
    for (const [method, path] of [
      ['GET', `/api/recover-jobs/${job.id}`],
      ['POST', `/api/recover-jobs/${job.id}/cancel`],
    ] as const) {
      expect((await api.call(method, path, { key: api.keys.admin })).status).toBe(404)
    }
  })

  it('is not for members', async () => {
    expect((await recover(await subscribe(), {}, api.keys.member)).status).toBe(403)
  })
})
