import type { SlackParent } from '@complywise/destination-fakes'
import { drawCard, type Paragraph, type Run } from '@complywise/forwarder/documents'
import { z } from 'zod'

/** A message with the replies in its thread, as SVG. */
export function drawMessage({ blocks, replies }: SlackParent, title: string): string {
  const shown = paragraphsOf(blocks)
  return drawCard(
    [
      { runs: author, above: 0 },
      ...shown,
      ...(replies.length === 0
        ? []
        : [
            {
              runs: [{ text: `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`, ...link }],
              above: 12,
            },
          ]),
      ...replies.flatMap((reply) => [
        { runs: author, above: 10, indent: 24 },
        ...paragraphsOf(reply.blocks).map((each) => ({ ...each, indent: (each.indent ?? 0) + 24 })),
      ]),
    ],
    accentOf(JSON.stringify(blocks)),
    title,
  )
}

const link = { color: '#1264a3', size: 13 }

const author: readonly Run[] = [
  { text: 'ComplyWise', bold: true },
  { text: ' ' },
  { text: 'APP', size: 10, color: '#616061', tag: '#e8e8e8' },
]

const elementSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  fallback: z.string().optional(),
  usergroup_id: z.string().optional(),
  user_id: z.string().optional(),
  range: z.string().optional(),
  style: z.looseObject({ bold: z.boolean().optional(), italic: z.boolean().optional() }).optional(),
})

const sectionSchema = z.object({
  type: z.literal('rich_text_section'),
  elements: z.array(elementSchema),
})

const blockSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), text: z.object({ text: z.string() }) }),
  z.object({
    type: z.literal('rich_text'),
    elements: z.array(
      z.discriminatedUnion('type', [
        sectionSchema,
        z.object({ type: z.literal('rich_text_list'), elements: z.array(sectionSchema) }),
      ]),
    ),
  }),
])

type Element = z.infer<typeof elementSchema>

/** Throws on a block that the forwarder does not use, so that no picture leaves something out. */
function paragraphsOf(blocks: readonly unknown[]): readonly Paragraph[] {
  return blocks
    .map((block) => blockSchema.parse(block))
    .flatMap((block): readonly Paragraph[] => {
      if (block.type === 'header') return [{ runs: runsOf({ text: block.text.text, bold: true, size: 18 }) }]
      return block.elements.flatMap((element) =>
        element.type === 'rich_text_section'
          ? [{ runs: element.elements.map(runOf).flatMap(runsOf) }]
          : element.elements.map((item) => ({
              runs: [{ text: '•  ' }, ...item.elements.map(runOf)],
              indent: 14,
              above: 1,
            })),
      )
    })
}

function runOf(element: Element): Run {
  const { type, text = '', style } = element
  const styles = { ...(style?.bold && { bold: true }), ...(style?.italic && { italic: true }) }
  if (type === 'link') return { text, color: link.color, ...styles }
  if (type === 'date') return { text: element.fallback ?? '', ...styles }
  if (type === 'text') return { text, ...styles }
  const name = element.usergroup_id ?? element.user_id ?? element.range ?? type
  return { text: `@${name}`, color: link.color, tag: '#e8f5fa' }
}

/** The sign at the start of a heading as a disk. */
function runsOf(run: Run): readonly Run[] {
  const sign = Object.keys(accents).find((each) => run.text.startsWith(`${each} `))
  if (sign === undefined) return [run]
  return [
    { text: '', disk: accents[sign] ?? '', ...(run.size !== undefined && { size: run.size }) },
    { ...run, text: run.text.slice(sign.length + 1) },
  ]
}

function accentOf(blocks: string): string {
  return Object.entries(accents).find(([sign]) => blocks.includes(sign))?.[1] ?? '#d0d7de'
}

const accents: Readonly<Record<string, string>> = {
  '🔴': '#d1242f',
  '🟠': '#d97706',
  '🟢': '#1a7f37',
  '🔵': '#1d9bd1',
}
