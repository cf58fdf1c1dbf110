import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createSignatureCheckTurns } from '../../src/api/signature-check-turns.ts'

/** Checks that last until they are ended, at most two at a time, four waiting, three of them of one account. */
function createScene() {
  const turns = createSignatureCheckTurns({ maxRunning: 2, maxWaiting: 4, maxWaitingOfOneAccount: 3 })
  const running = new Map<string, () => void>()
  return {
    take: async (name: string, signal = new AbortController().signal): Promise<string> => {
      const [accountId = ''] = name
      return await turns.take(accountId, signal, async () => {
        const { promise, resolve } = Promise.withResolvers<void>()
        running.set(name, resolve)
        await promise.finally(() => running.delete(name))
        return name
      })
    },
    running: () => [...running.keys()],
    end: async (name: string) => {
      running.get(name)?.()
      await setImmediate()
    },
  }
}

describe('checks of signatures', () => {
  it('are made two at a time, one for each account, which take turns', async () => {
    const { take, running, end } = createScene()
    const taken = Promise.all(['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map(async (name) => await take(name)))
    const seen = [running()]
    for (const name of ['a1', 'b1', 'a2', 'c1', 'b2', 'a3']) {
      await end(name)
      seen.push(running())
    }
    expect(seen).toEqual([['a1', 'b1'], ['b1', 'c1'], ['c1', 'a2'], ['c1', 'b2'], ['b2', 'a3'], ['a3'], []])
    expect(await taken).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1'])
  })

  it('are refused at once when too many wait, of one account or of all', async () => {
    const { take, running } = createScene()
    const waiting = ['a1', 'b1', 'a2', 'a3', 'a4']
    for (const name of waiting) void take(name)
    await expect(take('a5')).rejects.toMatchObject({ code: 'unavailable' })
    void take('c1')
    await expect(take('d1')).rejects.toMatchObject({ code: 'unavailable' })
    expect(running()).toEqual(['a1', 'b1'])
  })

  it('lose their place when nobody waits for their answer any more', async () => {
    const { take, running, end } = createScene()
    const left = new AbortController()
    void take('a1')
    const second = take('a2', left.signal)
    const third = take('a3')
    left.abort()
    await expect(second).rejects.toMatchObject({ code: 'unavailable' })
    await expect(take('a4', left.signal)).rejects.toMatchObject({ code: 'unavailable' })
    await end('a1')
    expect(running()).toEqual(['a3'])
    await end('a3')
    expect(await third).toBe('a3')
  })

  it('that fail give their place to the next', async () => {
    const turns = createSignatureCheckTurns({ maxRunning: 1, maxWaiting: 1, maxWaitingOfOneAccount: 1 })
    const { signal } = new AbortController()
    const failed = turns.take('a', signal, async () => await Promise.reject(new Error('broken')))
    const next = turns.take('a', signal, async () => await Promise.resolve('next'))
    await expect(failed).rejects.toThrow('broken')
    expect(await next).toBe('next')
  })
})
