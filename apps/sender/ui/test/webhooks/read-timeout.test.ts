import { describe, expect, it } from 'vitest'
import { readTimeoutMs } from '../../src/webhooks/read-timeout.ts'

describe('a timeout that is typed in seconds', () => {
  it.each([
    ['', null],
    [' ', null],
    ['1', 1000],
    ['30', 30_000],
    ['2.5', 2500],
    ['2,5', 2500],
    [' 15 ', 15_000],
    ['0.9', undefined],
    ['30.1', undefined],
    ['1e1', undefined],
    ['-5', undefined],
    ['1.2.3', undefined],
    ['five', undefined],
  ])('%j is %s ms', (text, ms) => {
    expect(readTimeoutMs(text)).toBe(ms)
  })
})
