import { describe, expect, it } from 'vitest'
import {
  envelopeOf,
  makeReceiver,
  now,
  oldSecret,
  secret,
  signedRequest,
} from '../../test/receiver-fixture.ts'
import { memoryStore } from '../stores/memory/memory-store.ts'
import type { HandlerContext } from './handlers.ts'
import type { ResolvedSecrets, SecretRequest, SecretResolver } from './secrets.ts'

describe('several secrets', () => {
  it('are told apart by their ids', async () => {
    const { receiver } = makeReceiver({ secret: [{ id: 'march', value: secret }, oldSecret], store: false })
    const ids: string[] = []
    receiver.onAny((_event, { secretId }) => ids.push(secretId))
    await receiver.receive(await signedRequest())
    await receiver.receive(await signedRequest(envelopeOf('scan.completed'), [oldSecret]))
    expect(ids).toEqual(['march', '1'])
  })

  it.each([
    ['until its end', 0, 200],
    ['and not after', 1, 401],
  ])('one with an end is accepted %s', async (_when, lateMs, status) => {
    const at = new Date(now.getTime() + lateMs)
    const { receiver } = makeReceiver({
      secret: [secret, { id: 'old', value: oldSecret, notAfter: now }],
      now: () => at,
    })
    const request = await signedRequest(envelopeOf('scan.completed'), [oldSecret])
    expect(await receiver.receive(request)).toMatchObject({ status })
  })

  it('that have all ended refuse everything', async () => {
    const { receiver } = makeReceiver({ secret: [{ id: 'old', value: secret, notAfter: new Date(0) }] })
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 401 })
  })
})

describe('a resolver', () => {
  it('finds the secrets of a tenant, and handlers are told whose they are', async () => {
    const { receiver } = makeReceiver({ secret: byPath })
    const contexts: HandlerContext[] = []
    receiver.onAny((_event, context) => contexts.push(context))
    const request = { ...(await signedRequest()), url: '/webhooks/acme?x=1' }
    expect(await receiver.receive({ ...request, url: '/webhooks/acme' })).toMatchObject({ status: 200 })
    expect(contexts).toMatchObject([{ tenant: 'acme', secretId: '0' }])
  })

  it('keeps the secret of one tenant from opening the door of another', async () => {
    const { receiver } = makeReceiver({ secret: byPath })
    const request = { ...(await signedRequest()), url: '/webhooks/globex' }
    expect(await receiver.receive(request)).toMatchObject({ status: 401 })
  })

  it('keeps an event of one tenant from being the duplicate of another', async () => {
    const { receiver } = makeReceiver({ secret: byPath, store: memoryStore() })
    const tenants: (string | undefined)[] = []
    receiver.onAny((_event, { tenant }) => tenants.push(tenant))
    await receiver.receive({ ...(await signedRequest()), url: '/webhooks/acme' })
    const other = await signedRequest(envelopeOf('scan.completed'), [oldSecret])
    await receiver.receive({ ...other, url: '/webhooks/globex' })
    expect(tenants).toEqual(['acme', 'globex'])
  })

  it.each<[string, SecretResolver, number, string]>([
    ['knows no secret', () => undefined, 401, 'secret_not_found'],
    ['rejects', () => Promise.reject(new Error('vault is sealed')), 503, 'secret_unavailable'],
    ['finds one that is unusable', () => ({ tenant: 'acme', secret: ' x' }), 503, 'secret_unavailable'],
    // @ts-expect-error -- the compiler refuses it too.
    ['names no tenant', () => ({ secret }), 503, 'secret_unavailable'],
    ['finds none in a list', () => ({ tenant: 'acme', secret: [] }), 503, 'secret_unavailable'],
  ])('that %s', async (_what, resolve, status, code) => {
    const { receiver, entries } = makeReceiver({ secret: resolve })
    const reply = await receiver.receive(await signedRequest())
    expect(reply).toMatchObject({ status })
    expect(reply.body).not.toContain('vault')
    expect(entries).toMatchObject([{ details: { code, status } }])
  })

  it('is given the headers and the path', async () => {
    const seen: SecretRequest[] = []
    const { receiver } = makeReceiver({ secret: (request) => void seen.push(request) })
    const request = { ...(await signedRequest()), url: '/webhooks/acme' }
    await receiver.receive(request)
    expect(seen).toEqual([{ headers: request.headers, url: '/webhooks/acme' }])
  })
})

function byPath({ url }: SecretRequest): ResolvedSecrets | undefined {
  const tenant = url?.split('/')[2] ?? ''
  const found = new Map([
    ['acme', secret],
    ['globex', oldSecret],
  ]).get(tenant)
  return found === undefined ? undefined : { tenant, secret: found }
}
