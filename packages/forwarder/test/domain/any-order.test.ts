import type { WebhookEvent } from '@complywise/webhooks'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { controlKey, scanKey } from '../../src/domain/correlation-key.ts'
import { controlFailed, createTarget, minute, scanCompleted, scanFailed, settingsWith } from './support.ts'

const controls = ['CC1', 'CC2', 'CC3', 'CC4']

interface Happened {
  readonly at: number
  readonly what: 'failed' | 'passed' | 'clean scan' | 'scan' | 'scan failed'
  readonly control: string
}

const happened: fc.Arbitrary<Happened> = fc.record({
  at: fc.nat(12),
  what: fc.constantFrom('failed', 'failed', 'passed', 'clean scan', 'scan', 'scan failed'),
  control: fc.constantFrom(...controls),
})

const given = fc.record({
  events: fc.array(happened, { minLength: 1, maxLength: 25 }),
  stormControls: fc.integer({ min: 0, max: 4 }),
  reopenWindowMs: fc.constantFrom(0, 3 * 60_000, 1_000_000_000),
  pauses: fc.infiniteStream(fc.constantFrom(0, 0, 100_000)),
})

function eventOf({ at, what, control }: Happened): WebhookEvent {
  switch (what) {
    case 'clean scan':
      return scanCompleted(minute(at), 0)
    case 'scan':
      return scanCompleted(minute(at), 2)
    case 'scan failed':
      return scanFailed(minute(at))
    default:
      return controlFailed(minute(at), control, what)
  }
}

/** The newest of what happened of these kinds; −1 for never. */
function newest(events: readonly Happened[], what: readonly Happened['what'][], control?: string): number {
  const matching = events.filter(
    (each) => what.includes(each.what) && (control ?? each.control) === each.control,
  )
  return Math.max(-1, ...matching.map(({ at }) => at))
}

describe('events in any order', () => {
  it('leave each control as the newest of them says, failure before recovery, with and without storms', () => {
    fc.assert(
      fc.property(given, ({ events, stormControls, reopenWindowMs, pauses }) => {
        const settings = settingsWith({ storm: { controls: stormControls }, recovery: { reopenWindowMs } })
        const target = createTarget(settings)
        for (const event of events) {
          target.take(eventOf(event))
          target.pass(pauses.next().value ?? 0)
        }
        for (const control of controls) {
          const failedAt = newest(events, ['failed'], control)
          const passedAt = Math.max(newest(events, ['passed'], control), newest(events, ['clean scan']))
          const isOpen = target.alerts.get(controlKey(settings, 'SOC 2', control))?.state === 'open'
          expect([control, isOpen]).toEqual([control, failedAt >= 0 && failedAt >= passedAt])
        }
        const scanFailedAt = newest(events, ['scan failed'])
        const isScanOpen = target.alerts.get(scanKey(settings))?.state === 'open'
        expect(isScanOpen).toBe(scanFailedAt >= 0 && scanFailedAt >= newest(events, ['scan', 'clean scan']))
      }),
      { numRuns: 300 },
    )
  })

  it('leave each open control told by itself or by its open storm, and no storm without an open control', () => {
    fc.assert(
      fc.property(given, ({ events, stormControls, reopenWindowMs, pauses }) => {
        const target = createTarget(
          settingsWith({ storm: { controls: stormControls }, recovery: { reopenWindowMs } }),
        )
        for (const event of events) {
          target.take(eventOf(event))
          target.pass(pauses.next().value ?? 0)
          const open = [...target.alerts.values()].filter(({ state }) => state === 'open')
          const carried = open.filter(({ carrier }) => carrier !== undefined).map(({ key }) => key)
          const inStorms = open
            .flatMap(({ members = [] }) => members)
            .filter(({ state }) => state === 'open')
            .map(({ key }) => key)
          expect(inStorms.toSorted()).toEqual(carried.toSorted())
          expect(open.every(({ kind, members }) => kind !== 'storm' || members?.some(isOpen))).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('tell each alert what happens to it in turn: opened, then anything, then resolved, then opened again', () => {
    fc.assert(
      fc.property(given, ({ events, stormControls, reopenWindowMs }) => {
        const target = createTarget(
          settingsWith({ storm: { controls: stormControls }, recovery: { reopenWindowMs } }),
        )
        for (const event of events) target.take(eventOf(event))
        const told = new Map<string, string>()
        for (const { action, alert } of target.steps) {
          if (alert === undefined || action === 'late') continue
          const line = `${told.get(alert.key) ?? ''} ${action}`
          told.set(alert.key, line)
        }
        for (const line of told.values()) {
          expect(line).toMatch(/^( (open|reopen)( repeat| progress| note)*( resolve|$))+$/)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function isOpen({ state }: { readonly state: string }): boolean {
  return state === 'open'
}
