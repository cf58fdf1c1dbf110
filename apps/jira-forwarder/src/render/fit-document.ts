import type { AdfDocument, AdfNode } from './adf.ts'
import { inline, paragraph } from './adf.ts'

/** The most characters of a document, serialized, that a description or comment of Jira takes. */
export const maxDocumentLength = 32_767

/**
 * A document of as many of `blocks` as there is room for, with `footer` at its end in any case.
 *
 * Whole blocks are left out, or whole items and rows of a list or table; a note says so then.
 */
export function fitDocument(
  blocks: readonly AdfNode[],
  footer: AdfNode,
  max: number = maxDocumentLength,
): AdfDocument {
  const whole = documentOf([...blocks, footer])
  if (lengthOf(whole) <= max) return whole
  let left = max - lengthOf(documentOf([cutNote, footer])) - 1
  const kept: AdfNode[] = []
  for (const block of blocks) {
    const part = shortened(block, left)
    if (part !== undefined) {
      kept.push(part)
      left -= lengthOf(part) + 1
    }
    if (part !== block) break
  }
  return documentOf([...kept, cutNote, footer])
}

const cutNote = paragraph(...inline('The rest did not fit here. ComplyWise has all of it.', 'em'))

function documentOf(content: readonly AdfNode[]): AdfDocument {
  return { version: 1, type: 'doc', content }
}

/** `block` itself, as much of its items as there is room for, or nothing. */
function shortened(block: AdfNode, room: number): AdfNode | undefined {
  if (lengthOf(block) + 1 <= room) return block
  if (block.type !== 'bulletList' && block.type !== 'table') return undefined
  let left = room - lengthOf({ ...block, content: [] }) - 1
  const items: AdfNode[] = []
  for (const item of block.content ?? []) {
    left -= lengthOf(item) + 1
    if (left < 0) break
    items.push(item)
  }
  return items.length === 0 ? undefined : { ...block, content: items }
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value).length
}
