import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('has every code explained in docs/errors.md, and no other', () => {
  const source = read('./errors.ts')
  const codes = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code)
  const setup = [...(/SetupErrorCode = (.*)/.exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
    ([, code]) => code,
  )
  const receiver = read('../../../docs/errors.md').split("## Sender's API")[0] ?? ''
  const documented = [...receiver.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, code]) => code),
  )
  expect(new Set(documented)).toEqual(new Set([...codes, ...setup]))
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
