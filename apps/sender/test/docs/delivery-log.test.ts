import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { absenceCodes } from '../../src/domain/explain-absence.ts'
import { explanationCodes } from '../../src/domain/explain-delivery.ts'

const docs = readFileSync(new URL('../../../../docs/delivery-log.md', import.meta.url), 'utf8')

it('docs/delivery-log.md explains every code of `why`', () => {
  const [, why = ''] = docs.split(/^## Why$/m)
  const documented = Array.from(why.split(/^## /m)[0]!.matchAll(/^\| (`.*?`) +\|/gm), ([, cell]) =>
    Array.from(cell!.matchAll(/`(\w+)`/g), ([, code]) => code),
  ).flat()
  expect(new Set(documented.filter((code) => code !== 'code'))).toEqual(new Set(explanationCodes))
})

it.each(absenceCodes)('docs/delivery-log.md names %s', (code) => {
  expect(docs).toContain(`\`${code}\``)
})
