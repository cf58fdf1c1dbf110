import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { instant, integer, uuid } from './fields.ts'

const id = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'

const cases = [
  {
    field: 'uuid',
    ours: uuid,
    zods: z.guid(),
    accepted: [
      id,
      id.toUpperCase(),
      '00000000-0000-0000-0000-000000000000',
      '00000000-0000-0000-0000-000000000001',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ],
    refused: [
      '',
      'msg_1',
      id.replaceAll('-', ''),
      `{${id}}`,
      `urn:uuid:${id}`,
      `${id}\n`,
      ` ${id}`,
      `${id}0`,
      5,
      null,
    ],
  },
  {
    field: 'instant',
    ours: instant,
    zods: z.iso.datetime({ offset: true }),
    accepted: [
      '2026-03-01T12:00:00Z',
      '2026-03-01T12:00:00.1Z',
      '2026-03-01T12:00:00.123456789Z',
      '2026-03-01T14:00:00+02:00',
      '2026-03-01T12:00:00-00:00',
      '2026-03-01T12:00:00+23:59',
      '2024-02-29T23:59:59Z',
      '2000-02-29T00:00:00Z',
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999Z',
    ],
    refused: [
      '',
      '2026-03-01',
      '2026-03-01T12:00:00',
      '2026-03-01 12:00:00Z',
      '2026-03-01T12:00:00z',
      '2026-03-01T12:00:00.Z',
      '2026-03-01T12:00:00+0200',
      '2026-03-01T12:00:00+24:00',
      '2026-03-01T12:00:00+02:60',
      '2026-03-01T24:00:00Z',
      '2026-03-01T23:60:00Z',
      '2026-03-01T23:59:60Z',
      '2026-00-01T12:00:00Z',
      '2026-13-01T12:00:00Z',
      '2026-02-00T12:00:00Z',
      '2026-02-29T12:00:00Z',
      '2026-02-30T12:00:00Z',
      '1900-02-29T12:00:00Z',
      '2026-04-31T12:00:00Z',
      '2026-3-1T12:00:00Z',
      '+002026-03-01T12:00:00Z',
      '2026-03-01T12:00:00Z\n',
      'Sun, 01 Mar 2026 12:00:00 GMT',
      1_772_366_400,
      null,
    ],
  },
  {
    field: 'integer',
    ours: integer,
    zods: z.int(),
    accepted: [0, -1, 49, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    refused: [49.5, 2 ** 53, Infinity, NaN, '49', null],
  },
] as const

const accepted = cases.flatMap(({ accepted, ...field }) => accepted.map((value) => ({ ...field, value })))
const refused = cases.flatMap(({ refused, ...field }) => refused.map((value) => ({ ...field, value })))

// The formats are written here for their weight alone, so zod's own are what they are compared with.
describe('a field', () => {
  it.each(accepted)('of the format $field accepts $value, as zod does', ({ ours, zods, value }) => {
    expect(ours.safeParse(value)).toEqual({ success: true, data: value })
    expect(zods.safeParse(value).success).toBe(true)
  })

  it.each(refused)('of the format $field refuses $value, as zod does', ({ ours, zods, value }) => {
    expect(ours.safeParse(value).success).toBe(false)
    expect(zods.safeParse(value).success).toBe(false)
  })

  it.each([
    { field: 'uuid', ours: uuid, zods: z.uuid(), value: 'msg_1' },
    { field: 'instant', ours: instant, zods: z.iso.datetime({ offset: true }), value: 'noon' },
    { field: 'integer', ours: integer, zods: z.int(), value: 49.5 },
  ])('of the format $field reports $value as zod does', ({ ours, zods, value }) => {
    const [issue] = ours.safeParse(value).error?.issues ?? []
    const [zodsIssue] = zods.safeParse(value).error?.issues ?? []
    expect(zodsIssue).toMatchObject({ ...issue })
  })
})
