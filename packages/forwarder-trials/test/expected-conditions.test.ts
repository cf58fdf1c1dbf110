import { expect, it } from 'vitest'
import { expectedConditions } from '../src/events/expected-conditions.ts'
import { createEventMaker } from '../src/events/make-event.ts'
import { createRandom } from '../src/run/random.ts'

const make = createEventMaker(createRandom(1))
const control = { framework: 'SOC 2', id: 'A-1' }
const key = 'cw:trial:control:soc 2:a-1'
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
const whole = { total: 10, failed: 0, score: 100, isWhole: true }

const failed = (minute: number) => make.controlFailed(control, at(minute))
const recovered = (minute: number) => make.controlRecovered(control, at(minute))

it.each([
  ['that fails', [failed(1)], { state: 'open', mostOpenings: 1 }],
  ['that fails twice', [failed(2), failed(1)], { state: 'open', mostOpenings: 1 }],
  ['that recovers', [recovered(2), failed(1)], { state: 'closed', mostOpenings: 1 }],
  ['that fails again', [failed(3), recovered(2), failed(1)], { state: 'open', mostOpenings: 2 }],
  ['that never fails', [recovered(2)], { state: 'never', mostOpenings: 0 }],
  ['that a scan clears', [failed(1), make.scanCompleted(whole, at(2))], { state: 'closed', mostOpenings: 1 }],
  [
    'that part of a scan leaves',
    [failed(1), make.scanCompleted({ ...whole, isWhole: false }, at(2))],
    { state: 'open', mostOpenings: 1 },
  ],
])('knows how a control ends %s', (_, events, condition) => {
  expect(expectedConditions(events).get(key)).toEqual(condition)
})
