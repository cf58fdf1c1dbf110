import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const documented = read('../../../docs/errors.md').split("## Sender's API")[0] ?? ''
const [codes = '', findings = ''] = documented.split('### Findings')

it('has every code explained in docs/errors.md, and no other', () => {
  expect(codesInTables(codes)).toEqual(codesInTypes(read('./errors.ts')))
})

it('has every finding explained in docs/errors.md, and no other', () => {
  expect(codesInTables(findings)).toEqual(codesInTypes(read('./diagnose/finding.ts')))
})

/** The string literals of the exported union types. */
function codesInTypes(source: string): Set<string | undefined> {
  const unions = [...source.matchAll(/^export type \w+ =((?:.|\n {2}\|)*)/gm)]
    .map(([, union]) => union)
    .join()
  return new Set([...unions.matchAll(/'(\w+)'/g)].map(([, code]) => code))
}

/** What is in code in the first column of the tables. */
function codesInTables(text: string): Set<string | undefined> {
  const cells = [...text.matchAll(/^\| (`.*?`) +\|/gm)].map(([, cell]) => cell).join()
  return new Set([...cells.matchAll(/`(\w+)`/g)].map(([, code]) => code))
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
