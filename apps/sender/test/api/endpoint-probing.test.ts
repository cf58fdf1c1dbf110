import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseNetwork } from '../../src/domain/address.ts'
import { ResolveError } from '../../src/network/errors.ts'
import { answer as rawAnswer, type RawServer, startRawServer } from '../dispatch/support/raw-server.ts'
import { eventually } from '../support/eventually.ts'
import { sendApart } from './support/send-apart.ts'
import { startSilent } from './support/silent-endpoint.ts'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

const loopback = ['127.0.0.0/8'].map(parseNetwork).filter((network) => network !== undefined)

async function resolveHost(host: string): Promise<readonly string[]> {
  if (host === 'hooks.example') return ['127.0.0.1']
  throw new ResolveError(`The name ${host} does not exist.`, true)
}

let server: RawServer
let url: string

beforeAll(async () => {
  server = await startRawServer({ onRequest: (socket) => socket.write(rawAnswer(204)) })
  url = `http://hooks.example:${server.port}/`
})
afterAll(() => server.close())

function start(endpointChecksPerMinute: number): Promise<TestApi> {
  const inspection = { allowedNetworks: loopback, resolveHost, connectsToEndpoints: true }
  return startApi({ ...inspection, endpointChecksPerMinute })
}

function create(on: TestApi, to = url, key = on.keys.admin): Promise<Answer> {
  return on.call('POST', '/api/webhooks', { key, json: { url: to, events: ['*'] } })
}

function check(on: TestApi, key = on.keys.admin): Promise<Answer> {
  return on.call('POST', '/api/endpoint-checks', { key, json: { url } })
}

/** How many connections the endpoint gets meanwhile. */
async function connectionsDuring(work: () => Promise<void>): Promise<number> {
  const before = server.accepted
  await work()
  return server.accepted - before
}

describe('looks at endpoints', () => {
  it('are so many a minute for each account, whichever request asks for them', async () => {
    const api = await start(3)
    const connections = await connectionsDuring(async () => {
      const { body } = await create(api)
      const change = (to: string): Promise<Answer> =>
        api.call('PATCH', `/api/webhooks/${body.id}`, { key: api.keys.admin, json: { url: to } })
      const within = [await change(`${url}2`), await check(api)]
      const beyond = [await change(`${url}3`), await create(api), await check(api)]
      expect([...within, ...beyond].map(({ status }) => status)).toEqual([200, 200, 200, 201, 429])
    })
    expect(connections).toBe(3)
    expect((await check(api, api.otherKeys.admin)).status).toBe(200)
    await api.close()
  })

  it('beyond that still judge the address, and warn of a name that does not exist', async () => {
    const api = await start(1)
    await create(api)
    const [forbidden, absent] = [
      await create(api, 'https://10.0.0.1/'),
      await create(api, 'https://nowhere.example/'),
    ]
    await api.close()
    expect([forbidden.status, forbidden.body.errors[0].code]).toEqual([422, 'address_forbidden'])
    expect([absent.status, absent.body.warnings]).toMatchObject([201, [{ code: 'host_unresolved' }]])
  })

  it('are not for a subscription that is not there, is another account’s, or has changed', async () => {
    const api = await start(1000)
    const { body } = await create(api, 'https://nowhere.example/')
    const change = (id: string, key: string, headers = {}): Promise<Answer> =>
      api.call('PATCH', `/api/webhooks/${id}`, { key, json: { url }, headers })
    const connections = await connectionsDuring(async () => {
      const answers = [
        await change(crypto.randomUUID(), api.keys.admin),
        await change(body.id, api.otherKeys.admin),
        await change(body.id, api.keys.admin, { 'if-match': '"7"' }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 412])
    })
    expect(connections).toBe(0)
    await api.close()
  })

  it.each(['POST', 'PATCH'])(
    'end when whoever asked with %s has left, and the request counts',
    async (method) => {
      const api = await start(1000)
      const { body } = await create(api, 'https://nowhere.example/')
      const path = method === 'POST' ? '/api/webhooks' : `/api/webhooks/${body.id}`
      const endpoint = await startSilent()
      const send = (to: string) => sendApart(api, method, path, { url: to, events: ['*'] })
      const stays = send(`${endpoint.url}1`)
      await endpoint.accepted('first')
      const leaves = send(`${endpoint.url}2`)
      await endpoint.accepted('second')
      leaves.destroy()
      const ended = await endpoint.ended()
      const stored = `select from webhooks.subscription where url = '${endpoint.url}2'`
      await eventually(async () => (await api.database.pool.query(stored)).rows.length === 1)
      stays.destroy()
      await endpoint.ended()
      endpoint.close()
      await api.close()
      expect(ended).toBe('second')
    },
  )
})
