import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openTestStore, type Row, type TestStore } from '../../support/test-store.ts'
import { answer, type RawServer, type RawServerOptions, startRawServer } from './raw-server.ts'
import { startDispatcher, type TestDispatcher, type TestDispatcherOptions } from './start-dispatcher.ts'

/** A store, and the dispatchers and endpoints that a test starts, which end with it. */
export interface Scene {
  readonly store: TestStore
  readonly start: (options?: TestDispatcherOptions) => TestDispatcher
  readonly listen: (
    options: RawServerOptions | ((socket: Socket, request: string) => void),
  ) => Promise<RawServer>
  readonly deliveries: (subscriptionId?: string) => Promise<readonly Row[]>
  readonly attempts: () => Promise<readonly Row[]>
  readonly subscriptionRow: (id: string) => Promise<Row>
  /** Waits until nothing is pending; `subscriptionId` narrows it to one lane. */
  readonly allDone: (subscriptionId?: string) => Promise<readonly Row[]>
}

/** Sets one up for a test file; each test finds it empty. */
export function useScene(): Scene {
  let store: TestStore
  let dispatchers: TestDispatcher[] = []
  let servers: RawServer[] = []

  beforeAll(async () => {
    store = await openTestStore()
  })
  beforeEach(() =>
    store.query(
      'truncate webhooks.attempt, webhooks.owed_delivery, webhooks.completed_delivery, webhooks.event, webhooks.event_identity, webhooks.subscription cascade',
    ),
  )
  afterEach(async () => {
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()))
    await Promise.all(servers.map((server) => server.close()))
    dispatchers = []
    servers = []
  })
  afterAll(() => store.close())

  async function deliveries(subscriptionId?: string): Promise<readonly Row[]> {
    return await store.query(
      'select * from webhooks.delivery where subscription_id = coalesce($1, subscription_id) order by id',
      [subscriptionId ?? null],
    )
  }

  return {
    get store() {
      return store
    },
    start(options) {
      const dispatcher = startDispatcher(store, options)
      dispatchers.push(dispatcher)
      return dispatcher
    },
    async listen(options) {
      const server = await startRawServer(typeof options === 'function' ? { onRequest: options } : options)
      servers.push(server)
      return server
    },
    deliveries,
    attempts: () => store.query('select * from webhooks.attempt order by delivery_id, number'),
    async subscriptionRow(id) {
      const [row] = await store.query('select * from webhooks.subscription where id = $1', [id])
      return row ?? {}
    },
    async allDone(subscriptionId) {
      await eventually(async () => {
        const pending = await deliveries(subscriptionId)
        return pending.every((row) => row['status'] !== 'pending')
      })
      return await deliveries()
    },
  }
}

/** Answers 200 with nothing. */
export function ok(socket: Socket): void {
  socket.write(answer(200))
}
