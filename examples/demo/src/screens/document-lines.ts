/** The text of an Atlassian document: a line for each paragraph, and one for all rows of a table. */
export function documentLines(document: unknown): readonly string[] {
  const { type, text, content } = nodeOf(document)
  if (type === 'table') return [content.map((row) => nodeOf(row).content.map(textOf).join(': ')).join(' · ')]
  if (type === 'text') return [text]
  if (content.some((child) => isInline(nodeOf(child)))) return [textOf(document)]
  return content.flatMap(documentLines)
}

interface Node {
  readonly type: string
  readonly text: string
  readonly content: readonly unknown[]
}

function nodeOf(value: unknown): Node {
  const fields = new Map<string, unknown>(Object.entries(Object(value)))
  const text = fields.get('text')
  const content = fields.get('content')
  return {
    type: String(fields.get('type')),
    text: typeof text === 'string' ? text : '',
    content: Array.isArray(content) ? content : [],
  }
}

function isInline({ type }: Node): boolean {
  return type === 'text' || type === 'hardBreak' || type === 'mention'
}

function textOf(value: unknown): string {
  const { type, text, content } = nodeOf(value)
  return type === 'hardBreak' ? ' ' : text + content.map(textOf).join('')
}
