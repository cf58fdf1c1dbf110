import type { JiraIssueView } from '@complywise/destination-fakes'
import { drawCard, type Paragraph, type Run } from '@complywise/forwarder/documents'
import { z } from 'zod'

/** An issue with its description and comments, as SVG. */
export function drawIssue(issue: JiraIssueView, title: string): string {
  const { key, issueType, status, statusCategory, resolution, summary, priority, dueDate, labels } = issue
  const earlier = issue.comments.length - shownComments
  const fields = { Priority: priority, Due: dueDate, Labels: labels.join('  '), Resolution: resolution }
  return drawCard(
    [
      {
        runs: [
          { text: `${issueType}  `, size: 12, color: '#57606a' },
          { text: key, size: 12, color: '#0052cc' },
          { text: '   ' },
          { text: status.toUpperCase(), size: 11, bold: true, ...categoryStyles[statusCategory] },
        ],
        above: 0,
      },
      { runs: [{ text: summary, bold: true, size: 18 }] },
      ...Object.entries(fields)
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => ({ runs: [label(`${name}: `), { text: String(value) }], above: 2 })),
      { runs: [{ text: 'Description', bold: true }], above: 12 },
      ...paragraphsOf(issue.fields['description']),
      ...(issue.comments.length === 0 ? [] : [{ runs: [{ text: 'Comments', bold: true }], above: 14 }]),
      ...(earlier <= 0 ? [] : [{ runs: [label(`${earlier} earlier, like these`)], indent: 12 }]),
      ...issue.comments.slice(-shownComments).flatMap(({ body }) =>
        paragraphsOf(body).map((each, index) => ({
          ...each,
          indent: (each.indent ?? 0) + 12,
          ...(index === 0 && { above: 10 }),
        })),
      ),
    ],
    statusCategory === 'done' ? '#1a7f37' : '#0052cc',
    title,
  )
}

const shownComments = 2

const categoryStyles = {
  new: { tag: '#dfe1e6', color: '#42526e' },
  indeterminate: { tag: '#deebff', color: '#0747a6' },
  done: { tag: '#e3fcef', color: '#006644' },
} as const

const panelColors: Readonly<Record<string, string>> = {
  error: '#d1242f',
  warning: '#d97706',
  success: '#1a7f37',
  info: '#1d9bd1',
  note: '#8250df',
}

interface Node {
  readonly type: string
  readonly text?: string | undefined
  readonly attrs?: Readonly<Record<string, unknown>> | undefined
  readonly marks?: readonly { readonly type: string }[] | undefined
  readonly content?: readonly Node[] | undefined
}

const nodeSchema: z.ZodType<Node> = z.object({
  type: z.string(),
  text: z.string().optional(),
  attrs: z.record(z.string(), z.unknown()).optional(),
  marks: z.array(z.looseObject({ type: z.string() })).optional(),
  get content() {
    return z.array(nodeSchema).optional()
  },
})

function paragraphsOf(document: unknown): readonly Paragraph[] {
  return (nodeSchema.parse(document).content ?? []).flatMap((node) => blockOf(node))
}

function blockOf(node: Node): readonly Paragraph[] {
  const { type, content = [], attrs } = node
  switch (type) {
    case 'paragraph':
      return [{ runs: runsOf(node) }]
    case 'panel': {
      const bar = panelColors[String(attrs?.['panelType'])] ?? '#d0d7de'
      return content.flatMap(blockOf).map((each) => ({ ...each, bar, indent: 14 }))
    }
    case 'table':
      return content.map((row) => {
        const [name, ...values] = (row.content ?? []).map((cell) => (cell.content ?? []).flatMap(runsOf))
        return {
          runs: [...(name ?? []), { text: ': ' }, ...values.flat()].map((run, index) =>
            index < (name?.length ?? 0) ? { ...run, color: '#57606a' } : run,
          ),
          above: 2,
          indent: 14,
        }
      })
    case 'bulletList':
      return content.map((item) => ({
        runs: [{ text: '•  ' }, ...(item.content ?? []).flatMap(runsOf)],
        indent: 28,
        above: 1,
      }))
    default:
      throw new Error(`No picture has a node ${type} yet.`)
  }
}

function runsOf({ type, text = '', marks = [], content = [] }: Node): readonly Run[] {
  if (type === 'hardBreak') return [{ text: '\n' }]
  if (type !== 'text') return content.flatMap(runsOf)
  const has = (mark: string): boolean => marks.some((each) => each.type === mark)
  return [
    {
      text,
      ...(has('strong') && { bold: true }),
      ...(has('em') && { italic: true, color: '#57606a', size: 12 }),
      ...(has('link') && { color: '#0052cc' }),
    },
  ]
}

function label(text: string): Run {
  return { text, color: '#57606a' }
}
