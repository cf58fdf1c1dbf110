import { describe, expect, it } from 'vitest'
import { exitCodes } from '../src/index.ts'
import { runFixture } from './fixtures/run-fixture.ts'

async function messagesOf(fixture: ReturnType<typeof runFixture>): Promise<readonly unknown[]> {
  const { code, lines } = await fixture.ended
  return [...lines.map((line) => line['msg']), code]
}

describe('runService', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('finishes the work in hand on %s and exits 0', async (signal) => {
    const fixture = runFixture('service', 'graceful')
    await fixture.logged('started')
    fixture.process.kill(signal)
    expect(await messagesOf(fixture)).toEqual([
      'started',
      'stopping',
      'finished the work in hand',
      'stopped',
      exitCodes.ok,
    ])
  })

  it('exits 1 when stopping takes longer than the grace period', async () => {
    const fixture = runFixture('service', 'hanging stop')
    await fixture.logged('started')
    fixture.process.kill('SIGTERM')
    expect(await messagesOf(fixture)).toEqual([
      'started',
      'stopping',
      'stopping at once: the work in hand took too long',
      exitCodes.failure,
    ])
  })

  it('exits 1 at once when asked a second time', async () => {
    const fixture = runFixture('service', 'slow stop')
    await fixture.logged('started')
    fixture.process.kill('SIGTERM')
    await fixture.logged('stopping')
    fixture.process.kill('SIGINT')
    expect(await messagesOf(fixture)).toEqual([
      'started',
      'stopping',
      'stopping at once: asked a second time',
      exitCodes.failure,
    ])
  })

  it('aborts a start that is under way and exits 0', async () => {
    const fixture = runFixture('service', 'abortable start')
    await fixture.logged('starting')
    fixture.process.kill('SIGTERM')
    expect(await messagesOf(fixture)).toEqual([
      'starting',
      'stopping',
      'stopped before it had started',
      exitCodes.ok,
    ])
  })

  it('stops and exits 1 when the service fails later', async () => {
    expect(await messagesOf(runFixture('service', 'failed later'))).toEqual([
      'started',
      'stopping: the service can no longer do its work',
      'finished the work in hand',
      'stopped',
      exitCodes.failure,
    ])
  })

  it('exits 1 when stopping fails', async () => {
    const fixture = runFixture('service', 'failing stop')
    await fixture.logged('started')
    fixture.process.kill('SIGTERM')
    const { code, lines } = await fixture.ended
    expect(code).toBe(exitCodes.failure)
    expect(lines.at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'could not stop cleanly',
      err: { message: 'the pool is gone' },
    })
  })

  it.each([
    ['failing start', { msg: 'could not start', err: { message: 'no database' } }],
    [
      'unhandled rejection',
      {
        origin: 'unhandledRejection',
        err: { message: 'forgotten', cause: { type: 'RangeError', message: 'deep' } },
      },
    ],
    ['uncaught exception', { origin: 'uncaughtException', err: { message: 'thrown' } }],
  ])('logs a fatal line and exits 1: %s', async (behavior, line) => {
    const { code, lines } = await runFixture('service', behavior).ended
    expect(code).toBe(exitCodes.failure)
    expect(lines.at(-1)).toMatchObject({ level: 'fatal', ...line })
  })
})
