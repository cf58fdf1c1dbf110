import { describe, expect, it } from 'vitest'
import { formatPath, shownValue } from '../../src/config/file-problem.ts'

describe('a value in a problem', () => {
  it.each([
    ['a word', 'citical'],
    ['a number', 101],
    ['a long name', 'compliance.control_failed_yesterday'],
    ['the id of a field', 'customfield_10010'],
    ['an address', 'https://app.example/controls/{framework}/{control_id}'],
    ['an instant', '2027-01-31T00:00:00+01:00'],
  ])('is shown: %s', (_, value) => {
    expect(shownValue(value)).toBe(JSON.stringify(value))
  })

  it.each([
    ['a webhook secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['a token of Slack', 'xoxb-1-a'],
    ['a routing key of PagerDuty', 'r0ut1ngk3y0123456789abcdef012345'],
    ['a token of Jira', 'ATATT3xFfGF0'],
    ['a UUID', '0b8e5b7e-51c6-4c5e-9a57-0d2c1f0ae111'],
    ['a word of base64url', 'aB3-dE6_gH9-jK2_mN5-p'],
    ['a password in an address', 'https://me:pw@app.example'],
    ['a token among words', 'the token is r0ut1ngk3y0123456789 I think'],
  ])('is not shown when it may be a secret in the wrong place: %s', (_, value) => {
    expect(shownValue(value)).toBeUndefined()
    expect(formatPath(['targets', value])).toBe('targets."…"')
  })

  it('is cut when it is long, between characters', () => {
    expect(shownValue('\u{1F525}'.repeat(40))).toBe(`"${'\u{1F525}'.repeat(30)}…"`)
    expect(shownValue(`a${'\u{1F525}'.repeat(40)}`)).toBe(`"a${'\u{1F525}'.repeat(29)}…"`)
  })
})
