import { expect, test } from 'vitest'
import { defaultPorts, isPortAllowed, parsePorts, portOf } from '../../src/domain/ports.ts'

test.each([
  [80, true],
  [443, true],
  [1024, true],
  [3000, true],
  [8443, true],
  [65_535, true],
  [0, false],
  [22, false],
  [1023, false],
  [2049, false],
  [6000, false],
  [6667, false],
  [10_080, false],
])('by default, port %i may be used: %s', (port, isAllowed) => {
  expect(isPortAllowed(port, defaultPorts)).toBe(isAllowed)
})

test('a port named alone is allowed, though browsers refuse it; a range leaves it out', () => {
  const alone = parsePorts(['443', '6000'])
  const range = parsePorts(['5999-6001'])
  expect([443, 6000, 80].map((port) => alone && isPortAllowed(port, alone))).toEqual([true, true, false])
  expect([5999, 6000, 6001].map((port) => range && isPortAllowed(port, range))).toEqual([true, false, true])
})

test.each([[['x']], [['0']], [['65536']], [['9-8']], [['1-2-3']], [['-1']], [['']], [[]]])(
  '%j are no ports',
  (texts) => {
    expect(parsePorts(texts)).toBeUndefined()
  },
)

test.each([
  ['http://a/', 80],
  ['https://a/', 443],
  ['https://a:8443/', 8443],
])('requests to %s go to port %i', (url, port) => {
  expect(portOf(new URL(url))).toBe(port)
})
