import { describe, expect, it } from 'vitest'
import { type CheckResult, createReadiness } from '../src/index.ts'

describe('createReadiness', () => {
  it('is ready without any check', async () => {
    expect(await createReadiness().report()).toEqual({ status: 'ok', checks: {} })
  })

  it('is ready when every check is, and passes details on', async () => {
    const readiness = createReadiness()
    readiness.add('database', async () => ({ status: 'ok', detail: '2 of 10 connections in use' }))
    readiness.add('dispatcher', async () => ({ status: 'ok' }))
    expect(await readiness.report()).toEqual({
      status: 'ok',
      checks: {
        database: { status: 'ok', detail: '2 of 10 connections in use' },
        dispatcher: { status: 'ok' },
      },
    })
  })

  it('is unavailable when one check is', async () => {
    const readiness = createReadiness()
    readiness.add('database', async () => ({ status: 'unavailable', detail: 'recovering' }))
    readiness.add('dispatcher', async () => ({ status: 'ok' }))
    expect(await readiness.report()).toMatchObject({
      status: 'unavailable',
      checks: { database: { detail: 'recovering' }, dispatcher: { status: 'ok' } },
    })
  })

  it.each([
    ['rejects', async () => Promise.reject(new Error('password authentication failed for root'))],
    [
      'throws',
      () => {
        throw new Error('password authentication failed for root')
      },
    ],
  ])('reports a check that %s without its error, which goes to onError', async (_, check) => {
    const seen: unknown[] = []
    const readiness = createReadiness({ onError: (error, name) => seen.push([name, String(error)]) })
    readiness.add('database', check)
    expect(await readiness.report()).toEqual({
      status: 'unavailable',
      checks: { database: { status: 'unavailable', detail: 'check failed' } },
    })
    expect(seen).toEqual([['database', 'Error: password authentication failed for root']])
  })

  it('waits for a check no longer than the timeout, and aborts its signal', async () => {
    const readiness = createReadiness({ timeoutMs: 20 })
    let signal: AbortSignal | undefined
    readiness.add('database', async (given) => {
      signal = given
      return new Promise<CheckResult>(() => {})
    })
    expect(await readiness.report()).toEqual({
      status: 'unavailable',
      checks: { database: { status: 'unavailable', detail: 'no answer within 20 ms' } },
    })
    expect(signal?.aborted).toBe(true)
  })

  it('runs each check once for callers that ask at the same time, and again afterwards', async () => {
    const readiness = createReadiness()
    let runs = 0
    readiness.add('database', async () => {
      runs++
      return { status: 'ok' }
    })
    await Promise.all([readiness.report(), readiness.report(), readiness.report()])
    expect(runs).toBe(1)
    await readiness.report()
    expect(runs).toBe(2)
  })

  it('reports that it drains, and what was found last, without asking again', async () => {
    const readiness = createReadiness()
    let runs = 0
    readiness.add('database', async () => {
      runs++
      return { status: 'ok' }
    })
    expect(await readiness.report()).toMatchObject({ status: 'ok' })
    readiness.drain()
    expect(await readiness.report()).toEqual({ status: 'draining', checks: { database: { status: 'ok' } } })
    expect(runs).toBe(1)
  })

  it('refuses a second check of the same name', () => {
    const readiness = createReadiness()
    readiness.add('database', alwaysReady)
    expect(() => {
      readiness.add('database', alwaysReady)
    }).toThrow('There is a readiness check named "database" already.')
  })
})

async function alwaysReady(): Promise<CheckResult> {
  return { status: 'ok' }
}
