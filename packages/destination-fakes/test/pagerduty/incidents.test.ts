import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { exampleRoutingKey } from '../../src/index.ts'
import { change, follow, sendWithSdk, startPagerDuty, trigger } from './support.ts'

const otherKey = 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4'

describe('incidents', () => {
  test('a trigger opens one, and the answer names its key', async () => {
    const pagerDuty = await startPagerDuty({ now: () => 1000 })
    expect(await sendWithSdk(pagerDuty, trigger())).toEqual({
      status: 202,
      data: { status: 'success', message: 'Event processed', dedup_key: 'cc6.1' },
    })
    expect(pagerDuty.incidents(exampleRoutingKey)).toEqual([
      {
        dedupKey: 'cc6.1',
        status: 'triggered',
        summary: 'CC6.1 is failing',
        severity: 'warning',
        log: [{ at: 1000, event: trigger() }],
        openedAt: 1000,
        acknowledgedAt: undefined,
        resolvedAt: undefined,
      },
    ])
  })

  test('a trigger without a key gets one, and each such trigger another', async () => {
    const pagerDuty = await startPagerDuty()
    const first = await sendWithSdk(pagerDuty, trigger({ dedup_key: undefined }))
    await sendWithSdk(pagerDuty, trigger({ dedup_key: undefined }))
    const keys = pagerDuty.incidents(exampleRoutingKey).map(({ dedupKey }) => dedupKey)
    expect(new Set(keys).size).toBe(2)
    expect(first.data).toMatchObject({ dedup_key: keys[0] })
  })

  test('a repeated trigger adds to the open incident: its severity changes, its name does not', async () => {
    const pagerDuty = await startPagerDuty()
    await sendWithSdk(pagerDuty, trigger())
    await sendWithSdk(pagerDuty, trigger({}, { summary: 'worse', severity: 'critical' }))
    const incidents = pagerDuty.incidents(exampleRoutingKey)
    expect(incidents).toMatchObject([{ summary: 'CC6.1 is failing', severity: 'critical' }])
    expect(incidents[0]?.log).toHaveLength(2)
  })

  test('a repeated trigger leaves an acknowledged incident acknowledged', async () => {
    const pagerDuty = await startPagerDuty()
    await sendWithSdk(pagerDuty, trigger())
    await sendWithSdk(pagerDuty, follow('acknowledge'))
    await sendWithSdk(pagerDuty, trigger())
    expect(pagerDuty.incidents(exampleRoutingKey)).toMatchObject([{ status: 'acknowledged' }])
  })

  test('it is acknowledged and resolved by its key', async () => {
    let clock = 0
    const pagerDuty = await startPagerDuty({ now: () => clock++ })
    for (const event of [trigger(), follow('acknowledge'), follow('resolve')]) {
      await sendWithSdk(pagerDuty, event)
    }
    const [incident] = pagerDuty.incidents(exampleRoutingKey)
    expect(incident?.status).toBe('resolved')
    const { openedAt = 0, acknowledgedAt = 0, resolvedAt = 0 } = incident ?? {}
    expect([openedAt, acknowledgedAt, resolvedAt]).toEqual(
      [openedAt, acknowledgedAt, resolvedAt].toSorted((a, b) => a - b),
    )
    expect(incident?.log.map(({ event }) => event.event_action)).toEqual([
      'trigger',
      'acknowledge',
      'resolve',
    ])
  })

  test('a trigger after the resolution opens a new one', async () => {
    const pagerDuty = await startPagerDuty()
    for (const event of [trigger(), follow('resolve'), trigger()]) await sendWithSdk(pagerDuty, event)
    expect(pagerDuty.incidents(exampleRoutingKey).map(({ status }) => status)).toEqual([
      'resolved',
      'triggered',
    ])
  })
})

describe('events that PagerDuty accepts and drops', () => {
  test.each(['acknowledge', 'resolve'] as const)('%s of a key that was never triggered', async (action) => {
    const pagerDuty = await startPagerDuty()
    const { status } = await sendWithSdk(pagerDuty, follow(action))
    expect(status).toBe(202)
    expect(pagerDuty.incidents(exampleRoutingKey)).toEqual([])
    expect(pagerDuty.dropped).toMatchObject([{ reason: 'never-triggered', event: { event_action: action } }])
  })

  test.each(['acknowledge', 'resolve'] as const)('%s of a resolved incident', async (action) => {
    const pagerDuty = await startPagerDuty()
    for (const event of [trigger(), follow('resolve'), follow(action)]) await sendWithSdk(pagerDuty, event)
    expect(pagerDuty.dropped).toMatchObject([{ reason: 'resolved-already' }])
    expect(pagerDuty.incidents(exampleRoutingKey)[0]?.log).toHaveLength(2)
  })

  test('resolution with another routing key than that of the trigger', async () => {
    const pagerDuty = await startPagerDuty({ routingKeys: [exampleRoutingKey, otherKey] })
    await sendWithSdk(pagerDuty, trigger())
    const { status } = await sendWithSdk(pagerDuty, follow('resolve', { routing_key: otherKey }))
    expect(status).toBe(202)
    expect(pagerDuty.incidents(exampleRoutingKey)).toMatchObject([{ status: 'triggered' }])
    expect(pagerDuty.dropped).toMatchObject([{ reason: 'other-routing-key' }])
  })
})

test('the same key opens an incident for each routing key', async () => {
  const pagerDuty = await startPagerDuty({ routingKeys: [exampleRoutingKey, otherKey] })
  await sendWithSdk(pagerDuty, trigger())
  await sendWithSdk(pagerDuty, trigger({ routing_key: otherKey }))
  expect(pagerDuty.incidents(exampleRoutingKey)).toHaveLength(1)
  expect(pagerDuty.incidents(otherKey)).toHaveLength(1)
})

test('change events are kept as they come, a repeated one twice', async () => {
  const pagerDuty = await startPagerDuty()
  expect(await sendWithSdk(pagerDuty, change(), 'change')).toEqual({
    status: 202,
    data: { status: 'success', message: 'Event processed' },
  })
  await sendWithSdk(pagerDuty, change(), 'change')
  expect(pagerDuty.changes(exampleRoutingKey).map(({ event }) => event)).toEqual([change(), change()])
})

test('the state of a routing key that the fake never had is an error of the test', async () => {
  const pagerDuty = await startPagerDuty()
  expect(() => pagerDuty.incidents(otherKey)).toThrow('routingKeys')
})

test('the fake closes although a connection is still in its handshake', async () => {
  const pagerDuty = await startPagerDuty()
  const socket = connect(Number(new URL(pagerDuty.url).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  await sendWithSdk(pagerDuty, trigger())
  await pagerDuty.close()
  await expect(sendWithSdk(pagerDuty, trigger())).rejects.toThrow('ECONNREFUSED')
})
