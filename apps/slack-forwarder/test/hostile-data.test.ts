import { checkBlocks, mentionsIn } from '@complywise/destination-fakes'
import type { Alert, Facts, Step } from '@complywise/forwarder'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SlackTarget } from '../src/config.ts'
import type { Card } from '../src/render/card.ts'
import {
  maxBlocks,
  maxBlocksLength,
  maxCards,
  maxTextLength,
  renderDegraded,
  renderMessage,
} from '../src/render/message.ts'
import { metadataOf } from '../src/render/metadata.ts'
import { tell } from '../src/tell.ts'
import { controlAlert, settings, stepOf } from './support/steps.ts'

const nobody: SlackTarget = { channel: 'C0ALERTS', mentions: [], mentionFrom: 'info' }
const everyone: SlackTarget = {
  ...nobody,
  mentions: [{ kind: 'group', id: 'S0IAM' }, { kind: 'here' }, { kind: 'user', id: 'U0ANN' }],
}

const attacks = [
  '<!channel>',
  '<!here|x>',
  '<!everyone>',
  '<@U0ANN>',
  '<!subteam^S0IAM>',
  '@here',
  '@channel',
  '<https://evil.example|Open CC6.1>',
  'https://evil.example',
  '&lt;!channel&gt;',
  '*bold* _it_ ~no~ `code` ```',
  '> quote\n>>> quote',
  ':rotating_light:',
  '{date} <!date^1^{date}|x>',
  '\u202Egnp.exe\u202C',
  'שלום עולם مرحبا',
  '👩‍👩‍👧‍👦🏳️‍🌈🇩🇪',
  '\uD83D',
  '\uDC00x',
  '\u0000\u001B[31m',
  `e${'\u0301'.repeat(300)}`,
  '"\\"\\\\"',
  'x'.repeat(5000),
  '&'.repeat(5000),
  '"'.repeat(5000),
  '👩‍👩‍👧‍👦'.repeat(2000),
  '\n'.repeat(100),
]
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: 'binary', maxLength: 20 })), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''))

const facts: fc.Arbitrary<Facts> = fc.oneof(
  fc.record({
    kind: fc.constant('control_failed' as const),
    previousStatus: hostile,
    newStatus: hostile,
    isUnknownStatus: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('scan_failed' as const),
    code: hostile,
    message: hostile,
    consecutive: fc.nat(),
  }),
  fc.record({
    kind: fc.constant('evidence_uploaded' as const),
    fileName: hostile,
    contentType: hostile,
    sizeBytes: fc.nat(),
    uploadedBy: hostile,
    controlId: hostile,
  }),
  fc.record({
    kind: fc.constant('integration_disconnected' as const),
    code: hostile,
    message: hostile,
    affectedControls: fc.array(fc.record({ controlId: hostile, framework: hostile }), { maxLength: 100 }),
  }),
  fc.record({
    kind: fc.constant('recovered' as const),
    proof: fc.constant('operator' as const),
    by: hostile,
  }),
  fc.constant({ kind: 'storm' as const }),
  fc.record({ kind: fc.constant('unknown' as const), data: hostile }),
)

const alert: fc.Arbitrary<Alert> = fc
  .record({
    controlId: hostile,
    framework: hostile,
    name: hostile,
    owner: hostile,
    members: fc.array(
      fc.record({
        key: fc.constant('k'),
        controlId: hostile,
        state: fc.constantFrom('open' as const, 'resolved' as const),
      }),
      { maxLength: 40 },
    ),
  })
  .map(({ controlId, framework, name, owner, members }) =>
    controlAlert('x', { labels: { controlId, framework, name }, owner, members, severity: 'critical' }),
  )

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom('open', 'repeat', 'reopen', 'resolve', 'note', 'late', 'announce', 'progress'),
    alert,
    facts,
  )
  .map(([action, alert, facts]) => stepOf(action, alert, facts))

function cardsOf(step: Step, target: SlackTarget): readonly Card[] {
  const { parent, reply } = tell(step, target, settings)
  return [parent, reply]
}

/** What Slack or a person would have against a message; empty when it is good. */
function complaintsAbout(cards: readonly Card[], style: 'parent' | 'note'): readonly string[] {
  const { text, blocks } = renderMessage(cards, style)
  const serialized = JSON.stringify(blocks)
  return [
    ...checkBlocks(blocks),
    ...(serialized.length > maxBlocksLength ? [`${serialized.length} characters of blocks`] : []),
    ...(blocks.length > maxBlocks ? [`${blocks.length} blocks`] : []),
    ...(text.length > maxTextLength ? [`${text.length} characters of text`] : []),
    ...(text === '' ? ['no text'] : []),
    // Broken surrogates are written as escapes.
    ...(!text.isWellFormed() || /\\ud[89a-f]/i.test(serialized) ? ['broken characters'] : []),
  ]
}

test(
  'whatever an event holds, messages keep every limit of Slack and break no character',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(step, fc.constantFrom('parent' as const, 'note' as const), (step, style) => {
        for (const card of cardsOf(step, everyone)) expect(complaintsAbout([card], style)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  },
)

test(
  'whatever an event holds, nobody is notified who is not configured, and nothing is a link',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(step, (step) => {
        for (const card of cardsOf(step, nobody)) {
          const { text, blocks } = renderMessage([card], 'parent')
          const degraded = renderDegraded([card]).text
          const none = { attachments: [], linksNames: false }
          expect(mentionsIn({ ...none, text, blocks })).toEqual([])
          expect(mentionsIn({ ...none, text: degraded, blocks: [] })).toEqual([])
          expect(
            `${text}${degraded.replace(/\n<https:\/\/app\.complywise\.example\/[^<>|]*\|[^<>|]*>$/, '')}`,
          ).not.toMatch(/[<>]/)
          expect(JSON.stringify(blocks)).not.toMatch(
            /"type":"(?:mrkdwn|markdown|emoji|channel|user|usergroup|broadcast)"/,
          )
          expect(links(blocks).every((url) => url.startsWith('https://app.complywise.example/'))).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  },
)

test(
  'as many cards as are ever joined keep the limits as well, and mention nobody twice',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 2, maxLength: maxCards }),
        fc.constantFrom('parent' as const, 'note' as const),
        (steps, style) => {
          const cards = steps.map((step) => tell(step, everyone, settings).parent)
          expect(complaintsAbout(cards, style)).toEqual([])
          const mentions = mentionsIn({ ...renderMessage(cards, style), attachments: [], linksNames: false })
          expect(mentions.length).toBe(new Set(mentions.map(({ target }) => target)).size)
        },
      ),
      { numRuns: 300 },
    )
  },
)

test(
  'a message degraded to text keeps its mentions, its length and its characters',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(step, (step) => {
        const { parent } = tell({ ...step, action: 'open' }, everyone, settings)
        const { text } = renderDegraded([parent])
        expect(text.length).toBeLessThanOrEqual(maxTextLength)
        expect(text.isWellFormed()).toBe(true)
        const targets = mentionsIn({ text, blocks: [], attachments: [], linksNames: false }).map(
          ({ target }) => target,
        )
        expect(targets).toEqual(['!subteam^S0IAM', '!here', 'U0ANN'])
      }),
      { numRuns: 1000 },
    )
  },
)

test('a megabyte is cut, between characters', { timeout: 120_000 }, () => {
  const huge = '👩‍👩‍👧‍👦'.repeat(100_000)
  const { parent } = tell(
    stepOf('open', controlAlert(huge, { labels: { controlId: huge, framework: huge } }), {
      kind: 'control_failed',
      previousStatus: huge,
      newStatus: huge,
      isUnknownStatus: true,
    }),
    everyone,
    settings,
  )
  expect(complaintsAbout([parent], 'parent')).toEqual([])
  expect(parent.headline).toMatch(/^(?:👩‍👩‍👧‍👦)+…$/u)
})

test(
  'the metadata of as many steps as are ever joined stays below two kilobytes',
  { timeout: 120_000 },
  () => {
    const ids = Array.from({ length: maxCards }, () => '6f1c9f3a-a7de-5d0e-9f0b-6f5c5a0f7c11')
    expect(Buffer.byteLength(JSON.stringify(metadataOf(ids)))).toBeLessThan(2048)
  },
)

function links(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(links)
  if (typeof value !== 'object' || value === null) return []
  const own = 'type' in value && value.type === 'link' && 'url' in value ? [String(value.url)] : []
  return [...own, ...Object.values(value).flatMap(links)]
}
