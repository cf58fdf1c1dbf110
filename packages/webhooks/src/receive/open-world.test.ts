import { describe, expect, it } from 'vitest'
import { envelopeOf, makeReceiver, signedRequest } from '../../test/receiver-fixture.ts'
import { eventCatalog } from '../events/catalog.ts'
import { assertExhaustive } from '../events/event.ts'
import type { FieldDrift } from './drift.ts'
import type { Rejection } from './rejection.ts'

describe('onInvalid', () => {
  const invalid = { ...envelopeOf('scan.completed'), data: { passed: 'all' } }

  it('gets a known event with wrong data, and no other handler does', async () => {
    const { receiver, entries } = makeReceiver()
    const seen: unknown[] = []
    receiver
      .on('scan.completed', () => seen.push('on'))
      .onAny(() => seen.push('any'))
      .onUnknown(() => seen.push('unknown'))
      .onInvalid((event, { problems, handler }) => seen.push(event, problems, handler))
    expect(await receiver.receive(await signedRequest(invalid))).toMatchObject({ status: 200 })
    expect(seen).toEqual([invalid, expect.stringContaining('data.passed should be of type'), 'invalid#1'])
    expect(entries).toEqual([])
  })

  it('gets no event whose data are right', async () => {
    const { receiver } = makeReceiver()
    let runs = 0
    receiver.onInvalid(() => (runs += 1))
    expect(await receiver.receive(await signedRequest())).toMatchObject({ body: '{"status":"ignored"}' })
    expect(runs).toBe(0)
  })

  it('has the sender try again by throwing', async () => {
    const { receiver } = makeReceiver()
    receiver.onInvalid(() => Promise.reject(new Error('down')))
    expect(await receiver.receive(await signedRequest(invalid))).toMatchObject({ status: 500 })
  })
})

describe('onDrift', () => {
  it('tells of every new field of the envelope and the data, at any depth, once', async () => {
    const drifts: FieldDrift[] = []
    const { receiver } = makeReceiver({ store: false, onDrift: (drift) => drifts.push(drift) })
    const data = { ...eventCatalog['scan.failed'].example, region: 'eu', error: { code: 'x', hint: null } }
    const request = await signedRequest({ ...envelopeOf('scan.failed'), data, version: 2 })
    await receiver.receive(request)
    await receiver.receive(request)
    expect(drifts).toEqual([{ event: 'scan.failed', fields: ['version', 'data.error.hint', 'data.region'] }])
  })

  it.each(['constructor', 'toString'])('tells of a field called %s', async (name) => {
    const drifts: FieldDrift[] = []
    const { receiver } = makeReceiver({ onDrift: (drift) => drifts.push(drift) })
    const data = { ...eventCatalog['scan.completed'].example, [name]: 1 }
    await receiver.receive(await signedRequest({ ...envelopeOf('scan.completed'), data }))
    expect(drifts).toEqual([{ event: 'scan.completed', fields: [`data.${name}`] }])
  })

  it('tells nothing of types that are not in the catalog', async () => {
    const drifts: FieldDrift[] = []
    const { receiver } = makeReceiver({ onDrift: (drift) => drifts.push(drift) })
    await receiver.receive(await signedRequest({ ...envelopeOf('scan.completed'), event: 'policy.approved' }))
    expect(drifts).toEqual([])
  })

  it('costs no event its handlers when it throws', async () => {
    const { receiver, entries } = makeReceiver({
      onDrift: () => {
        throw new Error('broken')
      },
    })
    const request = await signedRequest({ ...envelopeOf('scan.completed'), version: 2 })
    expect(await receiver.receive(request)).toMatchObject({ status: 200 })
    expect(entries.map(({ message }) => message)).toEqual(['onDrift failed.'])
  })
})

describe('onRejected', () => {
  it('is told of what was refused, with a finding where signatures did not match', async () => {
    const rejections: Rejection[] = []
    const { receiver } = makeReceiver({ onRejected: (rejection) => rejections.push(rejection) })
    const request = await signedRequest()
    await receiver.receive({ ...request, method: 'GET' })
    const headers = { ...request.headers, 'x-complywise-delivery': 'dlv_1' }
    await receiver.receive({ ...request, headers, body: request.body.toReversed() })
    expect(rejections).toMatchObject([
      { code: 'method_not_allowed', status: 405, finding: undefined },
      {
        code: 'signature_mismatch',
        status: 401,
        deliveryId: 'dlv_1',
        finding: { code: 'body_modified' },
      },
    ])
  })

  it('is told without a finding of what strangers repeat within a second', async () => {
    const rejections: Rejection[] = []
    const { receiver } = makeReceiver({ onRejected: (rejection) => rejections.push(rejection) })
    const request = await signedRequest()
    const forged = { ...request, body: request.body.toReversed() }
    await Promise.all(Array.from({ length: 20 }, () => receiver.receive(forged)))
    expect(rejections).toHaveLength(20)
    expect(rejections.filter(({ finding }) => finding).length).toBeLessThan(20)
  })
})

it('assertExhaustive names the event that past the compiler has come', () => {
  // @ts-expect-error -- that is what it is for.
  expect(() => assertExhaustive(envelopeOf('scan.failed'))).toThrow('scan.failed')
})
