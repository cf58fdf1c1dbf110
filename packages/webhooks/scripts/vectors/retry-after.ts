/** One `Retry-After`, and how long it asks to wait. */
export interface RetryAfterVector {
  readonly name: string
  readonly value: string
  /** When the header arrived, RFC 3339. */
  readonly now: string
  /** Null where the value says nothing. */
  readonly expectedMs: number | null
}

const now = '2026-03-01T12:00:00.000Z'

/** Values of `Retry-After`, and how long they ask to wait. */
export function retryAfterVectors(): readonly RetryAfterVector[] {
  return [
    ...Object.entries(waits).map(([name, [value, expectedMs]]) => ({ name, value, now, expectedMs })),
    ...Object.entries(nothing).map(([name, value]) => ({ name, value, now, expectedMs: null })),
  ]
}

const waits: Readonly<Record<string, readonly [value: string, expectedMs: number]>> = {
  'zero seconds': ['0', 0],
  seconds: ['120', 120_000],
  'seconds with leading zeros': ['007', 7000],
  'more seconds than a deployment lives, held to 2^31': ['99999999999999999999', 2_147_483_648_000],
  'a date in the preferred form': ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
  'a date in the form of RFC 850': ['Sunday, 01-Mar-26 12:00:30 GMT', 30_000],
  'a date in the form of asctime': ['Sun Mar  1 12:00:30 2026', 30_000],
  'a date in the form of asctime with two digits for the day': ['Tue Mar 31 12:00:00 2026', 2_592_000_000],
  'a date now': ['Sun, 01 Mar 2026 12:00:00 GMT', 0],
  'a date in the past, as no wait': ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  'a date in the past in the form of RFC 850': ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
  'a leap second': ['Sun, 01 Mar 2026 12:00:60 GMT', 60_000],
  'a leap day': ['Tue, 29 Feb 2028 12:00:00 GMT', 63_072_000_000],
}

const nothing = {
  'an empty value': '',
  text: 'soon',
  'a negative number': '-5',
  'a positive sign': '+5',
  'a fraction': '1.5',
  'an exponent': '1e3',
  hexadecimal: '0x10',
  'a unit': '5s',
  'spaces around': ' 5 ',
  'two values': '5, 10',
  'a year': '2026-03',
  'an ISO 8601 date': '2026-03-01T12:00:30Z',
  'a date of another zone': 'Sun, 01 Mar 2026 12:00:30 EST',
  'a date with an offset': 'Sun, 01 Mar 2026 12:00:30 +0000',
  'a date without a zone': 'Sun, 01 Mar 2026 12:00:30',
  'a date without the day name': '01 Mar 2026 12:00:30 GMT',
  'a date with an unknown month': 'Sun, 01 Mrz 2026 12:00:30 GMT',
  'a date in lower case': 'sun, 01 mar 2026 12:00:30 gmt',
  'a date with one digit for the day': 'Sun, 1 Mar 2026 12:00:30 GMT',
  'a day that the month has not': 'Mon, 30 Feb 2026 12:00:30 GMT',
  'day zero': 'Sun, 00 Mar 2026 12:00:30 GMT',
  'hour 24': 'Sun, 01 Mar 2026 24:00:00 GMT',
  'minute 60': 'Sun, 01 Mar 2026 12:60:00 GMT',
  'second 61': 'Sun, 01 Mar 2026 12:00:61 GMT',
}
