import type { Description } from '@complywise/forwarder'
import {
  bulletList,
  inline,
  linkTo,
  panel,
  paragraph,
  table,
  type AdfDocument,
  type AdfNode,
  type PanelType,
} from './adf.ts'
import { fitDocument } from './fit-document.ts'
import { oneLine, plainText } from './plain-text.ts'

/** What stands in a document besides the description. */
export interface DocumentExtras {
  /** At the end, small print: where this comes from. */
  readonly footer: string
  /** The headline stands in the panel, for comments; an issue has it as its summary. */
  readonly hasHeadline: boolean
  /** More hints. */
  readonly hints?: readonly string[]
  /** More lists below, each under a sentence of its own. */
  readonly lists?: readonly { readonly title: string; readonly lines: readonly string[] }[]
}

/**
 * A description as a document that Jira takes, whatever is in its texts.
 *
 * The long lists come last, so that they are what is cut when it is too long.
 */
export function renderDocument(description: Description, extras: DocumentExtras): AdfDocument {
  const hints = [...description.hints, ...(extras.hints ?? [])]
  const blocks: readonly AdfNode[] = [
    summaryPanel(description, extras.hasHeadline),
    ...fieldTable(description),
    ...hints.map((hint) => plainText(hint, 1_000)).flatMap((hint) => (hint === '' ? [] : [hintPanel(hint)])),
    ...linkParagraph(description),
    ...(extras.lists ?? []).flatMap(({ title, lines }) => [paragraph(...inline(title)), ...listOf(lines)]),
    ...listOf(description.lines),
  ]
  return fitDocument(blocks, paragraph(...inline(oneLine(extras.footer, 600), 'em')))
}

const panelOf: Readonly<Record<Description['tone'], PanelType>> = {
  failing: 'error',
  warning: 'warning',
  recovered: 'success',
  info: 'info',
}

function summaryPanel(description: Description, hasHeadline: boolean): AdfNode {
  const headline = hasHeadline ? [paragraph(...inline(oneLine(description.headline, 400), 'strong'))] : []
  return panel(
    panelOf[description.tone],
    ...headline,
    paragraph(...inline(plainText(description.summary, 2_000))),
  )
}

function fieldTable({ fields }: Description): readonly AdfNode[] {
  if (fields.length === 0) return []
  return [
    table(fields.map(({ label, value }) => ({ label: oneLine(label, 200), value: plainText(value, 1_500) }))),
  ]
}

function hintPanel(hint: string): AdfNode {
  return panel('note', paragraph(...inline(hint)))
}

function linkParagraph({ link }: Description): readonly AdfNode[] {
  if (link === undefined) return []
  const label = oneLine(link.label, 200)
  return [paragraph(...linkTo(plainText(link.url, 4_000), label === '' ? 'Open in ComplyWise' : label))]
}

function listOf(lines: readonly string[]): readonly AdfNode[] {
  return lines.length === 0 ? [] : [bulletList(lines.map((line) => inline(plainText(line, 500))))]
}
