import type { JsonMember, JsonNode, JsonShape } from './check-signature-json.ts'
import type { CountedWork } from './check-signature-work.ts'

/** How a serializer writes. */
export interface JsonStyle {
  /** What follows a comma, when there is no indentation. */
  readonly afterComma: '' | ' '
  readonly afterColon: '' | ' '
  /** Of one level; with it, each member has a line. */
  readonly indent: string
  readonly areKeysSorted: boolean
}

/** How many characters of white space a style puts into JSON of this shape, or a few more. */
export function spaceOf(
  { lines, levels, names }: JsonShape,
  style: Omit<JsonStyle, 'areKeysSorted'>,
): number {
  const breaks = style.indent === '' ? lines * style.afterComma.length : lines + levels * style.indent.length
  return breaks + names * style.afterColon.length
}

const PARTS_AT_ONCE = 256
/** What a part costs besides its bytes, as bytes that are hashed. */
const BYTES_FOR_A_PART = 128

/** Writes JSON as a serializer of this style would. */
export async function writeJson(
  root: JsonNode,
  style: JsonStyle,
  { spend }: Pick<CountedWork, 'spend'>,
): Promise<string> {
  const written: string[] = []
  const parts: string[] = []
  for (const part of partsOf(root, style)) {
    parts.push(part)
    if (parts.length < PARTS_AT_ONCE) continue
    const text = parts.splice(0).join('')
    written.push(text)
    await spend(PARTS_AT_ONCE * BYTES_FOR_A_PART + text.length)
  }
  return written.join('') + parts.join('')
}

interface Frame {
  readonly node: JsonNode
  readonly children: readonly (JsonNode | JsonMember)[]
  next: number
}

// Without recursion: a generator within a generator would hand each part up through every level.
function* partsOf(root: JsonNode, style: JsonStyle): Generator<string> {
  const margins: string[] = []
  const marginAt = (depth: number): string => {
    return (margins[depth] ??= style.indent === '' ? '' : `\n${style.indent.repeat(depth)}`)
  }
  const afterComma = style.indent === '' ? style.afterComma : ''
  const frames: Frame[] = []
  for (let node: JsonNode | undefined = root; node !== undefined;) {
    const children = childrenOf(node, style)
    if (children.length === 0) yield writeLeaf(node)
    else {
      yield node.kind === 'array' ? '[' : '{'
      frames.push({ node, children, next: 0 })
    }
    node = undefined
    for (let top = frames.at(-1); top !== undefined && node === undefined; top = frames.at(-1)) {
      const child = top.children[top.next]
      if (child === undefined) {
        frames.pop()
        yield marginAt(frames.length) + (top.node.kind === 'array' ? ']' : '}')
        continue
      }
      const before = (top.next === 0 ? '' : `,${afterComma}`) + marginAt(frames.length)
      top.next += 1
      if ('kind' in child) {
        if (before !== '') yield before
        node = child
      } else {
        yield `${before}${JSON.stringify(child[0])}:${style.afterColon}`
        node = child[1]
      }
    }
  }
}

function childrenOf(node: JsonNode, { areKeysSorted }: JsonStyle): readonly (JsonNode | JsonMember)[] {
  if (node.kind === 'array') return node.items
  if (node.kind !== 'object') return []
  return areKeysSorted ? node.members.toSorted(byName) : node.members
}

// As most serializers sort: by code points or units, never by language.
function byName([a]: JsonMember, [b]: JsonMember): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function writeLeaf(node: JsonNode): string {
  if (node.kind === 'literal') return node.text
  if (node.kind === 'string') return JSON.stringify(node.value)
  return node.kind === 'array' ? '[]' : '{}'
}

/** Writes what Python's `str()` and `repr()` make of parsed JSON, all at once. */
export function writePythonRepr(node: JsonNode): string {
  if (node.kind === 'literal') return pythonLiterals[node.text] ?? node.text
  if (node.kind === 'string') return quotePython(node.value)
  if (node.kind === 'array') return `[${node.items.map(writePythonRepr).join(', ')}]`
  const members = node.members.map(([name, value]) => `${quotePython(name)}: ${writePythonRepr(value)}`)
  return `{${members.join(', ')}}`
}

const pythonLiterals: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None' }

function quotePython(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  if (text.includes("'") && !text.includes('"')) return `"${escaped}"`
  return `'${escaped.replaceAll("'", "\\'")}'`
}
