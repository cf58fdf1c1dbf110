import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { signatureCodes } from '../../src/domain/check-signature-codes.ts'
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

it('docs/delivery-log.md explains every code of a check of a signature, and no other', () => {
  const [, section = ''] = docs.split(/^## Check my signature$/m)
  const cells = section.split(/^## /m)[0]!.matchAll(/^\| (`.*?`) +\|/gm)
  const documented = Array.from(cells, ([, cell]) =>
    Array.from(cell!.matchAll(/`(\w+)`/g), ([, code]) => code),
  )
  const codes = documented.flat().filter((code) => code !== 'code')
  expect(codes).toHaveLength(signatureCodes.length)
  expect(new Set(codes)).toEqual(new Set(signatureCodes))
})
