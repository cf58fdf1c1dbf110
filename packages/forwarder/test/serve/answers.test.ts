import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import { createDesk, deliver, secret } from '../support/desk.ts'
import { eventOf, failed } from '../support/events.ts'
import type { PaperFault } from '../support/paper-app.ts'
import { startDesk } from '../support/start-desk.ts'

vi.setConfig({ testTimeout: 30_000 })

test('an event that was delivered is answered 200, and a duplicate as well, and told once', async () => {
  const desk = createDesk()
  const { url } = await startDesk(desk.env)
  const event = failed('CC6.1')
  expect(await deliver(url, event)).toEqual({
    status: 200,
    retryAfter: null,
    body: { status: 'processed', steps: [{ target: 'desk', result: 'delivered' }] },
  })
  expect(await deliver(url, event)).toEqual({ status: 200, retryAfter: null, body: { status: 'duplicate' } })
  expect(desk.lines()).toHaveLength(1)
})

test('an event that is older than what is known is answered 200 with stale', async () => {
  const desk = createDesk()
  const { url } = await startDesk(desk.env)
  await deliver(url, failed('CC6.1', -10))
  expect(await deliver(url, failed('CC6.1', -20))).toMatchObject({
    status: 200,
    body: {
      status: 'processed',
      steps: [{ target: 'desk', result: 'stale', reason: 'newer_event_known' }],
    },
  })
})

test.each([
  {
    name: 'that no route takes',
    yaml: 'routes: [{ match: { control: CC9.* }, to: [desk] }]',
    step: { result: 'ignored', reason: 'no_route' },
  },
  {
    name: 'that is routed to nobody',
    yaml: 'routes: [{ match: {}, to: [] }]',
    step: { result: 'ignored', reason: 'routed_to_nobody' },
  },
  {
    name: 'that is muted',
    yaml: 'mutes: [{ match: { control: CC6.* }, until: 2999-01-31T00:00:00Z, reason: Accepted, approved_by: ciso@acme.example }]',
    step: { target: 'desk', result: 'held', reason: 'muted' },
  },
])('an event $name is answered 200, and nothing is told', async ({ yaml, step }) => {
  const desk = createDesk()
  const { url } = await startDesk(desk.configure(yaml))
  expect(await deliver(url, failed('CC6.1'))).toEqual({
    status: 200,
    retryAfter: null,
    body: { status: 'processed', steps: [step] },
  })
  expect(desk.lines()).toEqual([])
})

test('steps that came to the same are counted instead of listed', async () => {
  const desk = createDesk()
  const { url } = await startDesk(desk.env)
  for (const control of ['CC6.1', 'CC6.2', 'CC6.3']) await deliver(url, failed(control, -60))
  const clean = { scan_job_id: randomUUID(), total_controls: 90, passed: 90, failed: 0, score: 100 }
  const { body } = await deliver(url, eventOf('scan.completed', clean))
  expect(body).toMatchObject({
    status: 'processed',
    steps: expect.arrayContaining([{ target: 'desk', result: 'delivered', count: 4 }]),
  })
})

test('an event of an unknown type is answered 200 although no route asks for it', async () => {
  const { url } = await startDesk(createDesk().env)
  expect(await deliver(url, eventOf('policy.expired', {}))).toMatchObject({
    status: 200,
    body: { status: 'processed', steps: [{ result: 'ignored', reason: 'no_route' }] },
  })
})

test.each([
  {
    what: 'what can be read of it is told',
    data: { control_id: 'CC6.1', framework: 'SOC 2', new_status: 'failed' },
    line: { action: 'open', key: 'cw:acme:control:soc 2:cc6.1' },
  },
  { what: 'it is told as it came', data: { framework: 'SOC 2' }, line: { action: 'announce' } },
])('of an event with wrong data, $what, and the ledger has its data', async ({ data, line }) => {
  const desk = createDesk()
  const { url } = await startDesk(desk.env)
  const event = eventOf('compliance.control_failed', data)
  expect(await deliver(url, event)).toEqual({
    status: 200,
    retryAfter: null,
    body: { status: 'processed', steps: [{ target: 'desk', result: 'delivered' }] },
  })
  expect(await deliver(url, event)).toMatchObject({ status: 200, body: { status: 'duplicate' } })
  expect(desk.lines()).toMatchObject([line])
  expect(existsSync(desk.deadLetters)).toBe(false)
  const ledger = openLedger(desk.ledger)
  expect(ledger.findEvent(event.event_id)?.event).toEqual(event)
  ledger.close()
})

test('an event that can never succeed is put in the dead-letter file and answered 200', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'payload', code: 'paper_too_small', message: 'It does not fit.' })
  const { url } = await startDesk(desk.env)
  const event = failed('CC6.1')
  expect(await deliver(url, event)).toEqual({
    status: 200,
    retryAfter: null,
    body: { status: 'processed', steps: [{ target: 'desk', result: 'dead', reason: 'paper_too_small' }] },
  })
  expect(desk.readDeadLetters()).toMatchObject([
    { event, target: 'desk', code: 'paper_too_small', message: 'It does not fit.' },
  ])
})

test('what can never succeed is answered 503 while the dead-letter file cannot be written', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'payload' })
  const { url } = await startDesk(desk.env)
  mkdirSync(desk.deadLetters)
  expect(await deliver(url, failed('CC6.1'))).toMatchObject({
    status: 503,
    retryAfter: '5',
    body: { status: 'unavailable', reason: 'dead_letters_unavailable' },
  })
})

test.each<{ fault: PaperFault; retryAfter: string }>([
  { fault: { kind: 'retry' }, retryAfter: '5' },
  { fault: { kind: 'retry', retryAfterMs: 42_100 }, retryAfter: '43' },
  { fault: { kind: 'retry', retryAfterMs: 86_400_000 }, retryAfter: '3600' },
  { fault: { kind: 'ambiguous' }, retryAfter: '5' },
  { fault: { kind: 'ambiguous', retryAfterMs: 60_000 }, retryAfter: '60' },
  { fault: { kind: 'operator' }, retryAfter: '60' },
])(
  'an event that may still succeed is answered 503 with the code and no word of the destination: $fault',
  async ({ fault, retryAfter }) => {
    const desk = createDesk()
    desk.setFault({ ...fault, message: 'Private words of the destination.' })
    const { url } = await startDesk(desk.env)
    const reason = `paper_${fault.kind}`
    const event = failed('CC6.1')
    expect(await deliver(url, event)).toEqual({
      status: 503,
      retryAfter,
      body: {
        status: 'unavailable',
        reason,
        steps: [{ target: 'desk', result: 'retry', reason }],
      },
    })
    desk.setFault(undefined)
    expect(await deliver(url, event)).toMatchObject({ status: 200, body: { status: 'processed' } })
    expect(desk.lines()).toHaveLength(1)
  },
)

test('a call without end is answered 503 at the deadline, and the key stays locked while it goes on', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'stubborn' })
  const { url } = await startDesk({ ...desk.configure('deadline: 1s'), FORWARDER_GRACE_SECONDS: '1' })
  const late = {
    status: 'unavailable',
    reason: 'deadline_exceeded',
    steps: [{ target: 'desk', result: 'retry', reason: 'deadline_exceeded' }],
  }
  const answers = await Promise.all([deliver(url, failed('CC6.1')), deliver(url, failed('CC6.1', 5))])
  expect(answers).toEqual([
    expect.objectContaining({ status: 503, retryAfter: '2', body: late }),
    expect.objectContaining({ status: 503, retryAfter: '2', body: late }),
  ])
  desk.setFault(undefined)
  // The call that never ends has the key still: nobody else may write about it.
  expect(await deliver(url, failed('CC6.1', 10))).toMatchObject({ status: 503 })
  expect(await deliver(url, failed('CC6.2'))).toMatchObject({ status: 200 })
  expect(desk.lines()).toMatchObject([{ key: 'cw:acme:control:soc 2:cc6.2' }])
})

test('an event that another request works on is answered 409 with Retry-After', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'hang' })
  const { url } = await startDesk(desk.configure('deadline: 2s'))
  const event = failed('CC6.1')
  const first = deliver(url, event)
  await vi.waitFor(async () => {
    expect(await deliver(url, event)).toEqual({
      status: 409,
      retryAfter: expect.stringMatching(/^[1-4]$/),
      body: { status: 'in_progress' },
    })
  })
  expect(await first).toMatchObject({ status: 503 })
})

test.each([
  { name: 'with another signature', options: { tamper: 'signature' as const }, status: 401 },
  { name: 'whose body was changed', options: { tamper: 'body' as const }, status: 401 },
  {
    name: 'signed long ago',
    options: { attemptedAt: new Date('2026-01-01T00:00:00Z') },
    status: 401,
  },
])('a request $name is answered 401, and nothing is told', async ({ options, status }) => {
  const desk = createDesk()
  const { url } = await startDesk(desk.env)
  expect(await deliver(url, failed('CC6.1'), options)).toEqual({
    status,
    retryAfter: null,
    body: { status: 'unauthorized' },
  })
  expect(desk.lines()).toEqual([])
})

test.each([
  { name: 'a body beyond the limit', init: { method: 'POST', body: 'x'.repeat(2_000_000) }, status: 413 },
  { name: 'another method', init: { method: 'PUT', body: '{}' }, status: 405 },
])('$name is answered $status', async ({ init, status }) => {
  const { url } = await startDesk(createDesk().env)
  const response = await fetch(url, { ...init, headers: { 'content-type': 'application/json' } })
  expect(response.status).toBe(status)
})

test('another path is answered 404, and is not taken for health', async () => {
  const { url } = await startDesk(createDesk().env)
  const response = await fetch(new URL('/', url), { method: 'POST' })
  expect([response.status, await response.json()]).toEqual([404, { status: 'not_found' }])
})

test('what is not HTTP is answered 400', async () => {
  const { url } = await startDesk(createDesk().env)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('hello\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*\{"status":"malformed"\}$/)
})

test('all secrets of a rotation are accepted, and no other', async () => {
  const old = 'whsec_b2xkIHNlY3JldCBvZiB0aGlydHktdHdvIGJ5dGVzISE='
  const desk = createDesk()
  const yaml = desk.configure()
  const file = yaml['FORWARDER_CONFIG'] ?? ''
  writeFileSync(file, readFileSync(file, 'utf8').replace('${THE_SECRET}', '[ "${THE_SECRET}", "${OLD}" ]'))
  const { url } = await startDesk({ ...yaml, OLD: old })
  expect(await deliver(url, failed('CC6.1'))).toMatchObject({ status: 200 })
  expect(await deliver(url, failed('CC6.2'), { secret: old })).toMatchObject({ status: 200 })
  expect(await deliver(url, failed('CC6.3'), { secret: [old, secret] })).toMatchObject({ status: 200 })
})
