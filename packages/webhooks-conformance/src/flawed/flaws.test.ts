import { describe, expect, it } from 'vitest'
import { checksFor, conformanceChecks } from '../conformance-checks.ts'
import { checksAgainst, type Flaw } from './flaw.ts'
import { flawedSubject } from './flawed-subject.ts'
import { flaws } from './flaws.ts'

/** Checks that no flaw of a receiver can fail, with the reason. */
const unproven: Readonly<Record<string, string>> = {
  'JSON is accepted in the midst of spaces': 'Node’s parser takes them away; another server might not.',
  'whitespace around a value is none of it': 'Node’s parser takes it away; another server might not.',
}

const anyFlaw: Flaw = { name: 'none', fails: [] }
const checks = checksFor(flawedSubject(anyFlaw))

describe('the suite', () => {
  it('has a name of its own for every check', () => {
    expect(new Set(conformanceChecks.map(({ name }) => name)).size).toBe(conformanceChecks.length)
  })

  it('has a flaw for every check that can have one', () => {
    const proven = new Set(flaws.flatMap((flaw) => checksAgainst(flaw, checks)))
    const others = checks.map(({ name }) => name).filter((name) => !proven.has(name))
    expect(others).toEqual(Object.keys(unproven))
  })

  it.each(flaws)('has the checks that find one that $name', (flaw) => {
    const found = flaw.fails.filter(
      (pattern) => checksAgainst({ ...flaw, fails: [pattern] }, checks).length > 0,
    )
    expect(found).toEqual(flaw.fails)
  })
})
