import { describe, expect, it } from 'vitest'
import { coveredBy, covers, groupEvents, strangersOf, toggle } from '../../src/webhooks/event-selection.ts'

const catalog = [
  { event: 'scan.completed' },
  { event: 'compliance.control_failed' },
  { event: 'scan.failed' },
] as const

describe('a pattern', () => {
  it.each([
    ['*', 'scan.completed', true],
    ['*', 'scan.*', true],
    ['scan.*', 'scan.completed', true],
    ['scan.*', 'scan.*', true],
    ['scan.*', 'scanner.started', false],
    ['scan.*', '*', false],
    ['scan.completed', 'scan.completed', true],
    ['scan.completed', 'scan.*', false],
  ])('%s covers %s: %s', (pattern, narrower, isCovered) => {
    expect(covers(pattern, narrower)).toBe(isCovered)
  })

  it('is not covered by itself', () => {
    expect(coveredBy(['scan.*'], 'scan.*')).toBeUndefined()
    expect(coveredBy(['scan.*', '*'], 'scan.*')).toBe('*')
  })
})

describe('choosing', () => {
  it('a group takes the place of its events, and of nothing else', () => {
    const chosen = ['scan.completed', 'compliance.control_failed', 'scan.failed']
    expect(toggle(chosen, 'scan.*', true)).toEqual(['compliance.control_failed', 'scan.*'])
  })

  it('all events takes the place of everything', () => {
    expect(toggle(['scan.*', 'compliance.control_failed'], '*', true)).toEqual(['*'])
  })

  it('twice is the same as once', () => {
    expect(toggle(['scan.failed'], 'scan.failed', true)).toEqual(['scan.failed'])
  })

  it('and giving up leaves what was there', () => {
    expect(toggle(['scan.failed', 'scan.completed'], 'scan.failed', false)).toEqual(['scan.completed'])
  })
})

describe('the catalog', () => {
  it('is grouped by the first word, in its order', () => {
    expect(groupEvents(catalog)).toEqual([
      { name: 'scan', pattern: 'scan.*', types: [{ event: 'scan.completed' }, { event: 'scan.failed' }] },
      {
        name: 'compliance',
        pattern: 'compliance.*',
        types: [{ event: 'compliance.control_failed' }],
      },
    ])
  })

  it('knows what is chosen and no part of it', () => {
    const chosen = ['*', 'scan.*', 'scan.failed', 'evidence.*', 'scan.renamed']
    expect(strangersOf(chosen, catalog)).toEqual(['evidence.*', 'scan.renamed'])
  })
})
