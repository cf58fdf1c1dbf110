import { describe, expect, it } from 'vitest'
import { interpretStatus } from './index.ts'

describe('interpretStatus', () => {
  it.each([
    ['accepted', [200, 201, 202, 204, 226, 299]],
    ['gone', [410]],
    ['overloaded', [429, 503]],
    [
      'failed',
      [100, 199, 300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 425],
    ],
    ['failed', [500, 501, 502, 504, 507, 599, 0, -200, 600, 999, Number.NaN]],
  ])('takes for %s each of %j', (meaning, statuses) => {
    expect(new Set(statuses.map((status) => interpretStatus(status)))).toStrictEqual(new Set([meaning]))
  })
})
