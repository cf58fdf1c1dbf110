import { slackLimits } from '../limits.ts'
import { boolean, byType, type Check, complaint, isObject, list, object, string, url } from './check.ts'
import { accessory, actionsElement, contextElement, plainText, text } from './elements.ts'
import { richTextElement } from './rich-text.ts'

const anyType = string()
const blockId = { block_id: string(slackLimits.id) }
const unlimited = Number.POSITIVE_INFINITY

const section = object(
  { type: anyType },
  {
    ...blockId,
    text: text(slackLimits.sectionText),
    fields: list(text(slackLimits.sectionFieldText), slackLimits.sectionFields),
    accessory,
    expand: boolean,
  },
)

const block = byType({
  actions: object({ type: anyType, elements: list(actionsElement, slackLimits.actionsElements) }, blockId),
  context: object({ type: anyType, elements: list(contextElement, slackLimits.contextElements) }, blockId),
  divider: object({ type: anyType }, blockId),
  header: object({ type: anyType, text: plainText(slackLimits.headerText) }, blockId),
  image: object(
    { type: anyType, image_url: url(slackLimits.imageUrl), alt_text: string(slackLimits.altText) },
    { ...blockId, title: plainText(slackLimits.imageTitle) },
  ),
  markdown: object({ type: anyType, text: string(slackLimits.markdownText) }, blockId),
  rich_text: object({ type: anyType, elements: list(richTextElement, unlimited) }, blockId),
  section: sectionWithContent,
})

const blockList = list(block, slackLimits.blocksPerMessage, 0)

/**
 * What Slack says against the blocks of a message; empty when it takes them. Knows the blocks that messages without
 * input are built of; any other type is unsupported.
 */
export function checkBlocks(blocks: unknown, at = '/blocks'): readonly string[] {
  return [
    ...blockList(blocks, at),
    ...repeatedIds(blocks, at, 'block_id'),
    ...repeatedIds(blocks, at, 'action_id'),
  ]
}

/** A section without text and without fields shows nothing. */
function sectionWithContent(...[value, at]: Parameters<Check>): readonly string[] {
  const empty = isObject(value) && value['text'] === undefined && value['fields'] === undefined
  return empty ? [complaint('missing required field: text', at)] : section(value, at)
}

function repeatedIds(blocks: unknown, at: string, field: 'block_id' | 'action_id'): readonly string[] {
  const seen = new Set<unknown>()
  return objectsIn(blocks).flatMap((entry) => {
    const id = entry[field]
    if (id === undefined) return []
    if (seen.has(id)) return [complaint(`${field} ${JSON.stringify(id)} already exists`, at)]
    seen.add(id)
    return []
  })
}

/** Every object in a value of JSON, at any depth. */
export function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  return isObject(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : []
}
