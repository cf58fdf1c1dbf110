import { request as httpsRequest } from 'node:https'
import { generate } from 'selfsigned'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FakeServer } from '../../src/http/fake-server.ts'
import type { FakeRequest, FakeService } from '../../src/http/fake-service.ts'
import type { Fault } from '../../src/http/fault.ts'
import { startFakeServer } from '../../src/http/start-fake-server.ts'

/** A service that counts what it was asked to add. */
function counter() {
  let count = 0
  const service: FakeService = {
    operation: ({ method, path }) => `${method} ${path}`,
    parse: (request) => request.body.toString(),
    handle(request: FakeRequest) {
      if (request.body.toString() === 'bad') {
        return { status: 400, body: { error: 'bad' }, error: 'bad', refusedBecause: 'it says bad' }
      }
      count += 1
      return { status: 201, body: { count } }
    },
    rateLimited: (seconds) => ({
      status: 429,
      ...(seconds !== undefined && { headers: { 'retry-after': String(seconds) } }),
      body: { error: 'slow down' },
      error: 'slow down',
    }),
    unavailable: (seconds) => ({
      status: 503,
      ...(seconds !== undefined && { headers: { 'retry-after': String(seconds) } }),
      body: 'down',
    }),
  }
  return { service, count: () => count }
}

let server: FakeServer
let counted: () => number

beforeEach(async () => {
  const { service, count } = counter()
  counted = count
  server = await startFakeServer(service, { now: () => 1000 })
})

afterEach(() => server.close())

function post(path = '/add', body = 'one'): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', body, signal: AbortSignal.timeout(5000) })
}

/** What a client sees of a request: the status, or that there was no answer. */
async function outcome(): Promise<{ status: number | 'no answer'; body: string; type?: string | null }> {
  try {
    const response = await post()
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    }
  } catch {
    return { status: 'no answer', body: '' }
  }
}

describe('a fault', () => {
  const json = 'application/json; charset=utf-8'
  const html = 'text/html; charset=utf-8'
  test.each<[string, Fault, number | 'no answer', string | undefined, RegExp, number]>([
    ['rate-limited', { kind: 'rate-limited', retryAfterSeconds: 3 }, 429, json, /slow down/, 0],
    ['unavailable', { kind: 'unavailable' }, 503, 'text/plain; charset=utf-8', /^down$/, 0],
    ['reset-before', { kind: 'reset-before' }, 'no answer', undefined, /^$/, 0],
    ['reset-after', { kind: 'reset-after' }, 'no answer', undefined, /^$/, 1],
    ['html-502', { kind: 'html-502' }, 502, html, /502 Bad Gateway/, 0],
    ['html-502-after', { kind: 'html-502-after' }, 502, html, /502 Bad Gateway/, 1],
    ['truncated', { kind: 'truncated' }, 201, json, /^\{"cou$/, 1],
    ['html-success', { kind: 'html-success' }, 201, html, /<html>/, 1],
    ['slow', { kind: 'slow', ms: 5 }, 201, json, /\{"count":1\}/, 1],
    ['error', { kind: 'error', status: 500, body: { oops: true } }, 500, json, /oops/, 0],
    ['error after', { kind: 'error', status: 500, body: {}, takesEffect: true }, 500, json, /\{\}/, 1],
  ])('%s is seen by the client and does what it says to the state', async (...row) => {
    const [, fault, status, type, body, effects] = row
    server.faults.inject(fault)
    const seen = await outcome()
    expect(seen).toMatchObject({ status, ...(type !== undefined && { type }) })
    expect(seen.body).toMatch(body)
    expect(counted()).toBe(effects)
    expect(server.faults.counts).toEqual({ [fault.kind]: 1 })
  })

  test.each<[string, number]>([
    ['hang', 0],
    ['hang-after', 1],
  ] as const)('%s leaves the client without an answer until it gives up', async (kind, effects) => {
    server.faults.inject(kind === 'hang' ? { kind: 'hang' } : { kind: 'hang-after' })
    const gaveUp = new AbortController()
    const pending = fetch(`${server.url}/add`, { method: 'POST', body: 'one', signal: gaveUp.signal })
    await expect.poll(() => [server.requests.length, counted()]).toEqual([1, effects])
    gaveUp.abort()
    await expect(pending).rejects.toThrow('aborted')
    expect(server.requests[0]).toMatchObject({ status: undefined, fault: kind })
  })

  test.each([undefined, 7])('a 429 says Retry-After only when it has one (%s)', async (retryAfterSeconds) => {
    server.faults.inject({
      kind: 'rate-limited',
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    })
    const response = await post()
    expect(response.headers.get('retry-after')).toBe(retryAfterSeconds === undefined ? null : '7')
  })
})

describe('faults', () => {
  test('are used up in order, each as often as it was injected, on the operation it is for', async () => {
    server.faults.inject({ kind: 'unavailable' }, { operation: 'POST /other' })
    server.faults.inject({ kind: 'html-502' }, {}, 2)
    const statuses = [await post(), await post(), await post(), await post('/other')].map(
      ({ status }) => status,
    )
    expect(statuses).toEqual([502, 502, 201, 503])
  })

  test('of an outage last until it ends', async () => {
    server.faults.always({ kind: 'unavailable' })
    expect([await post(), await post(), await post()].map(({ status }) => status)).toEqual([503, 503, 503])
    server.faults.always(undefined)
    expect((await post()).status).toBe(201)
  })

  test('by chance are the same for the same seed and come at the given rate', async () => {
    const run = async (seed: number) => {
      server.faults.byChance({ seed, rates: [{ fault: { kind: 'html-502' }, rate: 0.3 }] })
      const statuses: number[] = []
      for (let request = 0; request < 200; request += 1) statuses.push((await post()).status)
      return statuses
    }
    const first = await run(7)
    const failures = first.filter((status) => status === 502).length
    expect(failures).toBeGreaterThan(40)
    expect(failures).toBeLessThan(80)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
    server.faults.byChance(undefined)
    expect((await post()).status).toBe(201)
  })

  test('by chance may not have rates of more than 1 together', () => {
    const rates = [0.6, 0.5].map((rate) => ({ fault: { kind: 'hang' } as const, rate }))
    expect(() => server.faults.byChance({ seed: 1, rates })).toThrow('at most 1 together')
  })
})

describe('a fake', () => {
  test('records every request with what became of it', async () => {
    server.faults.inject({ kind: 'reset-after' })
    await outcome()
    await post('/add?x=1', 'two')
    const common = { operation: 'POST /add', method: 'POST', path: '/add', at: 1000, error: undefined }
    await expect
      .poll(() => server.requests)
      .toEqual([
        { ...common, body: 'one', status: undefined, fault: 'reset-after' },
        { ...common, body: 'two', status: 201, fault: undefined },
      ])
  })

  test('remembers which requests were refused for their content, and why', async () => {
    await post('/add', 'bad')
    await post()
    expect(server.refusals).toEqual([{ operation: 'POST /add', at: 1000, error: 'bad', why: 'it says bad' }])
  })

  test('shows a request to the hook on arrival and after its effect, and waits for it', async () => {
    const seen: unknown[] = []
    server.onRequest(async ({ stage, request }) => {
      await Promise.resolve()
      seen.push([stage, request.body, counted()])
    })
    await post()
    expect(seen).toEqual([
      ['arrived', 'one', 0],
      ['effect-made', 'one', 1],
    ])
    server.onRequest(undefined)
    await post()
    expect(seen).toHaveLength(2)
  })

  test('cuts hanging and slow requests when it closes, and closes twice', async () => {
    server.faults.inject({ kind: 'hang' })
    server.faults.inject({ kind: 'slow', ms: 600_000 })
    const pending = [outcome(), outcome()]
    await expect.poll(() => server.requests.length).toBe(2)
    await server.close()
    await server.close()
    expect((await Promise.all(pending)).map(({ status }) => status)).toEqual(['no answer', 'no answer'])
  })

  test('says which port is taken', async () => {
    const port = Number(new URL(server.url).port)
    await expect(startFakeServer(counter().service, { port })).rejects.toThrow('EADDRINUSE')
  })

  test('resets connections below TLS', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }])
    const { service, count } = counter()
    const secure = await startFakeServer(service, { tls: { key, cert } })
    secure.faults.inject({ kind: 'reset-after' })
    const failure = new Promise<NodeJS.ErrnoException>((resolve) => {
      const sent = httpsRequest(secure.url, { method: 'POST', rejectUnauthorized: false })
      sent.once('error', resolve)
      sent.end('one')
    })
    expect((await failure).code).toBe('ECONNRESET')
    expect(count()).toBe(1)
    expect(secure.url).toMatch(/^https:/)
    await secure.close()
  })
})
