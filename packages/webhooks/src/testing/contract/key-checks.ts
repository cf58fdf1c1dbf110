import { expectClaim, expectThat, longTerms, newKey, type Won, win } from './ask-store.ts'
import { openTwo } from './claim-checks.ts'
import type { DedupeStoreCheck } from './dedupe-store-harness.ts'

/** What follows the same prefix, differing in what a careless store drops, folds or interprets. */
const endings = [
  'a', 'A', 'a ', ' a', 'a\n', 'a/b', 'a//b', 'a/b/', 'a%2Fb', 'a:b', 'a.b', 'a-b', 'a_b', 'a%b', 'a*b', 'a?b',
  '{a}b', '{b}a', '{}', 'a{', "a'b", 'a"b', 'a\\b', 'a;--', '1', '01', '1.0', '1e0', 'null', 'undefined',
  'é', 'e\u0301', 'ss', 'ß', 'i', 'İ', 'ı', '\u200b', '\ufeff', '😀', '\u{1F600}\u200d',
  `${'x'.repeat(499)}y`, `${'x'.repeat(499)}z`, 'x'.repeat(499),
] // prettier-ignore

const prototypeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']

/** What a key may be. */
export const keyChecks: readonly DedupeStoreCheck[] = [
  {
    name: 'two keys are never the same event',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const prefix = newKey()
      const claims: Won[] = []
      for (const ending of endings) {
        const key = `${prefix}/${ending}`
        claims.push(await win(one, key, longTerms, `the new key ${JSON.stringify(key)}`))
      }
      for (const [index, claim] of claims.entries()) {
        await expectClaim('in_progress', two, claim.key, `for ${JSON.stringify(claim.key)}, which is held`)
        const verb = index % 2 === 0 ? 'complete' : 'release'
        expectThat(await two[verb](claim), `${verb} of ${JSON.stringify(claim.key)} to say true`, false)
      }
      for (const [index, { key }] of claims.entries()) {
        const when = `for ${JSON.stringify(key)}`
        if (index % 2 === 0) await expectClaim('duplicate', one, key, when)
        else await win(one, key, longTerms, `${key} again`)
      }
    },
  },
  {
    name: 'a key may be the name of what every object has',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      for (const key of prototypeNames) {
        const held = await win(one, key, longTerms, `the new key ${key}`)
        await expectClaim('in_progress', two, key, `for ${key}, which is held`)
        expectThat(await two.release(held), `release of ${key} to say true`, false)
      }
    },
  },
]
