/** A node of the Atlassian Document Format; only what this app writes. */
export interface AdfNode {
  readonly type: string
  readonly attrs?: Readonly<Record<string, unknown>>
  readonly content?: readonly AdfNode[]
  readonly text?: string
  readonly marks?: readonly AdfMark[]
}

interface AdfMark {
  readonly type: string
  readonly attrs?: Readonly<Record<string, unknown>>
}

/** A whole document, as descriptions and comments take it. */
export interface AdfDocument {
  readonly version: 1
  readonly type: 'doc'
  readonly content: readonly AdfNode[]
}

/** The colors in which Jira shows a panel: red, yellow, green, blue, purple. */
export type PanelType = 'error' | 'warning' | 'success' | 'info' | 'note'

/** Text with line breaks as inline nodes. Nothing in `value` is markup; an empty text has no node. */
export function inline(value: string, ...marks: readonly ('strong' | 'em')[]): readonly AdfNode[] {
  return value
    .split('\n')
    .flatMap((line, index) => [
      ...(index > 0 ? [{ type: 'hardBreak' }] : []),
      ...(line === '' ? [] : [textNode(line, marks)]),
    ])
}

/** Text that links to `url`, which has to be http(s); anything else is shown as text. */
export function linkTo(url: string, label: string): readonly AdfNode[] {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || url.length > 2_000) {
    return inline(`${label}: ${url}`)
  }
  return [{ type: 'text', text: label, marks: [{ type: 'link', attrs: { href: new URL(url).href } }] }]
}

export function paragraph(...content: readonly AdfNode[]): AdfNode {
  return { type: 'paragraph', content }
}

export function panel(panelType: PanelType, ...content: readonly AdfNode[]): AdfNode {
  return { type: 'panel', attrs: { panelType }, content }
}

/** A list of at least one item. */
export function bulletList(items: readonly (readonly AdfNode[])[]): AdfNode {
  return {
    type: 'bulletList',
    content: items.map((item) => ({ type: 'listItem', content: [paragraph(...item)] })),
  }
}

/** A table of two columns, the first one bold; at least one row. */
export function table(rows: readonly { readonly label: string; readonly value: string }[]): AdfNode {
  return {
    type: 'table',
    attrs: { isNumberColumnEnabled: false, layout: 'default' },
    content: rows.map(({ label, value }) => ({
      type: 'tableRow',
      content: [
        { type: 'tableHeader', attrs: {}, content: [paragraph(...inline(label))] },
        { type: 'tableCell', attrs: {}, content: [paragraph(...inline(value))] },
      ],
    })),
  }
}

/** A document of one paragraph of text. */
export function textDocument(value: string): AdfDocument {
  return { version: 1, type: 'doc', content: [paragraph(...inline(value))] }
}

function textNode(text: string, marks: readonly ('strong' | 'em')[]): AdfNode {
  return marks.length === 0
    ? { type: 'text', text }
    : { type: 'text', text, marks: marks.map((type) => ({ type })) }
}
