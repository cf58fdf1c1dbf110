import { describe, expect, it } from 'vitest'
import { scaleOf, segmentsOf } from '../../src/log/delivery/phases.ts'

const none = { dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null, body_ms: null }

describe('the time of an attempt', () => {
  it('has the phases that were reached, in order', () => {
    const phases = { dns_ms: 1.2, connect_ms: 8.1, tls_ms: 17.4, first_byte_ms: 10.8, body_ms: 0.2 }
    expect(segmentsOf({ phases, duration_ms: 38 })).toEqual([
      { phase: 'dns', ms: 1.2 },
      { phase: 'connect', ms: 8.1 },
      { phase: 'tls', ms: 17.4 },
      { phase: 'first_byte', ms: 10.8 },
      { phase: 'body', ms: 0.2 },
    ])
  })

  it('has what no phase ended as its rest', () => {
    const phases = { ...none, dns_ms: 2, connect_ms: 8 }
    expect(segmentsOf({ phases, duration_ms: 15_000 }).at(-1)).toEqual({ phase: 'rest', ms: 14_990 })
    expect(segmentsOf({ phases: none, duration_ms: 1 })).toEqual([{ phase: 'rest', ms: 1 }])
    expect(segmentsOf({ phases: none, duration_ms: 5 })).toEqual([{ phase: 'rest', ms: 5 }])
  })

  it('is drawn to the longest of all attempts', () => {
    const phases = { ...none, first_byte_ms: 3.4 }
    expect(
      scaleOf([
        { phases: none, duration_ms: 50 },
        { phases, duration_ms: 3 },
      ]),
    ).toBe(50)
    expect(scaleOf([{ phases, duration_ms: 3 }])).toBe(3.4)
    expect(scaleOf([])).toBe(1)
  })
})
