import { documentMentions, documentText, findDocumentProblem } from '@complywise/destination-fakes'
import type { Description } from '@complywise/forwarder'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bulletList, inline, paragraph } from '../../src/render/adf.ts'
import { fitDocument, maxDocumentLength } from '../../src/render/fit-document.ts'
import { renderDocument } from '../../src/render/render-document.ts'

const plain: Description = {
  headline: 'CC6.1 failing · SOC 2',
  tone: 'failing',
  summary: 'CC6.1 of SOC 2 went from passed to failed.',
  fields: [{ label: 'Severity', value: 'warning' }],
  lines: [],
  hints: ['It was accepted before.'],
  link: { label: 'Open in ComplyWise', url: 'https://cw.example/controls/CC6.1' },
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    '',
    ' ',
    '\n\n\n',
    '\u0000',
    '\uD800',
    '\uDC00a',
    '\u202Egnp.exe',
    '@here <!channel> [~accountid:557058:f0] {color:red}x{color} h1. !x.png!',
    '</p><script>alert(1)</script>',
    '"\\"'.repeat(400),
    '🧑‍🧑‍🧒‍🧒'.repeat(300),
    `e${'\u0301'.repeat(5_000)}`,
    'مرحبا '.repeat(500),
    'x'.repeat(40_000),
  ),
)

const descriptions: fc.Arbitrary<Description> = fc.record(
  {
    headline: hostile,
    tone: fc.constantFrom('failing', 'warning', 'recovered', 'info'),
    summary: hostile,
    fields: fc.array(fc.record({ label: hostile, value: hostile }), { maxLength: 12 }),
    lines: fc.array(hostile, { maxLength: 150 }),
    hints: fc.array(hostile, { maxLength: 5 }),
    link: fc.record({
      label: hostile,
      url: fc.oneof(
        hostile,
        fc.webUrl(),
        fc.constantFrom('javascript:alert(1)', 'https://[', 'file:///etc/passwd'),
      ),
    }),
  },
  { requiredKeys: ['headline', 'tone', 'summary', 'fields', 'lines', 'hints'] },
)

test('a document that Jira takes, whatever is in its texts', () => {
  fc.assert(
    fc.property(descriptions, fc.boolean(), hostile, (description, hasHeadline, footer) => {
      const document = renderDocument(description, { footer, hasHeadline })
      expect(findDocumentProblem(document)).toBeUndefined()
      expect(documentMentions(document)).toEqual([])
      expect(JSON.stringify(document)).not.toMatch(/"href":"(?!https?:)/)
      expect(JSON.stringify(document).isWellFormed()).toBe(true)
    }),
    { numRuns: 2_000 },
  )
}, 120_000)

describe('a description', () => {
  test('is read as it is written', () => {
    const document = renderDocument(plain, { footer: 'event 1', hasHeadline: false })
    expect(documentText(document)).toBe(
      [
        'CC6.1 of SOC 2 went from passed to failed.',
        'Severity',
        'warning',
        'It was accepted before.',
        'Open in ComplyWise',
        'event 1',
      ].join('\n'),
    )
  })

  test('has its headline where it is a comment', () => {
    expect(documentText(renderDocument(plain, { footer: 'event 1', hasHeadline: true }))).toMatch(
      /^CC6\.1 failing · SOC 2\n/,
    )
  })

  test('links to web pages only', () => {
    const document = renderDocument(
      { ...plain, link: { label: 'Open', url: 'javascript:alert(1)' } },
      { footer: '', hasHeadline: false },
    )
    expect(documentText(document)).toContain('Open: javascript:alert(1)')
    expect(JSON.stringify(document)).not.toContain('href')
  })

  test('that is too long is cut between its lines, with everything else kept', () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `CC${index}.1 failing`)
    const document = renderDocument({ ...plain, lines }, { footer: 'event 1', hasHeadline: false })
    const text = documentText(document)
    expect(JSON.stringify(document).length).toBeLessThanOrEqual(maxDocumentLength)
    expect(JSON.stringify(document).length).toBeGreaterThan(maxDocumentLength - 300)
    expect(text).toContain('CC0.1 failing\nCC1.1 failing')
    expect(text).toMatch(/CC\d+\.1 failing\nThe rest did not fit here\. ComplyWise has all of it\.\nevent 1$/)
  })
})

test('a document of exactly the limit is not cut, one character more is', () => {
  const footer = paragraph(...inline('end'))
  const list = bulletList([inline('one'), inline('two')])
  const length = JSON.stringify({ version: 1, type: 'doc', content: [list, footer] }).length
  expect(fitDocument([list], footer, length).content).toEqual([list, footer])
  expect(fitDocument([list], footer, length - 1).content).not.toContainEqual(list)
})
