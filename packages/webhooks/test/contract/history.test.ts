import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/receive/dedupe-store.ts'
import { type Call, findContradiction, type StoreTime } from '../../src/testing/contract/history.ts'

const leaseMs = 1000

describe('findContradiction', () => {
  it.each<[string, Call[]]>([
    [
      'an event is claimed or in progress after it was completed',
      [claim('a', [0, 1]), held('complete', 'a', true, [2, 3]), told('in_progress', [4, 5])],
    ],
    ['an event is a duplicate, and nobody completed it', [claim('a', [0, 1]), told('duplicate', [2, 3])]],
    ['an event is in progress while no lease runs', [claim('a', [0, 1]), told('in_progress', [2000, 2001])]],
    ['two claims have the same token', [claim('a', [0, 1]), claim('a', [2000, 2001])]],
    ['an event is claimed while the lease of another runs', [claim('a', [0, 1]), claim('b', [500, 501])]],
    ['an event is claimed while the lease of another runs', [claim('a', [0, 10]), claim('b', [5, 15])]],
    [
      'an event is claimed while the lease of another runs',
      [claim('a', [0, 1]), held('renew', 'a', true, [900, 901]), claim('b', [1500, 1501])],
    ],
    [
      'a checkpoint is forgotten',
      [claim('a', [0, 1]), held('checkpoint', 'a', true, [2, 3], 'x'), claim('b', [2000, 2001])],
    ],
    [
      'a handler is finished that no checkpoint said so of',
      [claim('a', [0, 1]), claim('b', [2000, 2001], ['x'])],
    ],
    [
      'a handler is finished that no checkpoint said so of',
      [
        claim('a', [0, 1]),
        claim('b', [2000, 2001]),
        held('checkpoint', 'a', false, [2002, 2003], 'x'),
        claim('c', [4000, 4001], ['x']),
      ],
    ],
    [
      'a claim can do something after it was given up',
      [claim('a', [0, 1]), held('release', 'a', true, [2, 3]), held('renew', 'a', true, [4, 5])],
    ],
    [
      'a claim can do something after it was given up',
      [claim('a', [0, 1]), held('complete', 'a', true, [2, 3]), held('checkpoint', 'a', true, [4, 5])],
    ],
    [
      'a former holder can do something',
      [claim('a', [0, 1]), claim('b', [2000, 2001]), held('renew', 'a', true, [2002, 2003])],
    ],
    [
      'two claims complete the same event',
      [
        claim('a', [0, 1]),
        claim('b', [2000, 2010]),
        held('complete', 'a', true, [2005, 2020]),
        held('complete', 'b', true, [2011, 2020]),
      ],
    ],
    [
      'a holder that nobody displaced is told that its claim is lost',
      [claim('a', [0, 1]), held('complete', 'a', false, [2000, 2001])],
    ],
  ])('sees that %s', (rule, history) => {
    expect(findContradiction(history, leaseMs)?.rule).toBe(rule)
  })

  it.each<[string, Call[]]>([
    ['the lease of a holder runs out', [claim('a', [0, 1]), claim('b', [1002, 1003])]],
    [
      'a holder is late',
      [claim('a', [0, 1]), held('complete', 'a', true, [5000, 5001]), told('duplicate', [5002, 5003])],
    ],
    [
      'a holder releases while another claims',
      [claim('a', [0, 1]), held('release', 'a', true, [2, 10]), claim('b', [3, 9])],
    ],
    [
      'a holder releases, and the answer comes after the claim of another',
      [claim('a', [0, 10]), held('release', 'a', true, [11, 20]), claim('b', [5, 15])],
    ],
    [
      'a late holder renews while another claims, and loses',
      [claim('a', [0, 1]), claim('b', [2000, 2010]), held('renew', 'a', false, [1999, 2005])],
    ],
    [
      'a late holder renews while another claims, and wins',
      [claim('a', [0, 1]), told('in_progress', [2000, 2010]), held('renew', 'a', true, [1999, 2005])],
    ],
    [
      'a holder completes twice',
      [
        claim('a', [0, 1]),
        held('complete', 'a', true, [2, 3]),
        held('complete', 'a', true, [4, 5]),
        held('release', 'a', false, [6, 7]),
      ],
    ],
    [
      'a checkpoint is made while another claims, and is not seen yet',
      [claim('a', [0, 1]), held('checkpoint', 'a', true, [1500, 1510], 'x'), claim('b', [1505, 1515])],
    ],
    [
      'a lease is renewed',
      [claim('a', [0, 1]), held('renew', 'a', true, [900, 901]), told('in_progress', [1500, 1501])],
    ],
  ])('sees no contradiction where %s', (_case, history) => {
    expect(findContradiction(history, leaseMs)).toBeUndefined()
  })
})

function claim(token: string, span: Span, finished: readonly string[] = []): Call {
  return call('claim', token, { kind: 'claimed', token, finished }, span)
}

function told(kind: 'in_progress' | 'duplicate', span: Span): Call {
  const answer: Claim = kind === 'duplicate' ? { kind } : { kind, retryAfterMs: 1 }
  return call('claim', undefined, answer, span)
}

function held(operation: Call['operation'], token: string, answer: boolean, span: Span, handler = ''): Call {
  return call(operation, token, answer, span, handler)
}

/** When a call was asked and when it was answered. */
type Span = readonly [number, number]

function call(
  operation: Call['operation'],
  token: string | undefined,
  answer: Call['answer'],
  [askedAt, answeredAt]: Span,
  handler = '',
): Call {
  const times = { askedAt, answeredAt, askedTime: at(askedAt), answeredTime: at(answeredAt) }
  return { operation, token, handler, answer, ...times }
}

function at(ms: number): StoreTime {
  return { earliestMs: ms, latestMs: ms }
}
