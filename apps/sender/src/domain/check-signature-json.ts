import type { CountedWork } from './check-signature-work.ts'

/** JSON as it was read: numbers keep their spelling, names their order and repetitions. */
export type JsonNode =
  | { readonly kind: 'string'; readonly value: string }
  /** A number, `true`, `false` or `null`. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }

/** One name of an object with its value. */
export type JsonMember = readonly [name: string, value: JsonNode]

const MAX_DEPTH = 64
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]|[^\s",:[\]{}]+/g
const TOKENS_AT_ONCE = 256
/** What a token costs, as bytes that are hashed. */
const BYTES_FOR_A_TOKEN = 256

/** Reads JSON; `undefined` for anything else, and for what is nested more than 64 deep. */
export async function readJson(
  text: string,
  { spend }: Pick<CountedWork, 'spend'>,
): Promise<JsonNode | undefined> {
  if (!isJson(text)) return undefined
  let count = 0
  const root: Open = { kind: 'array', items: [] }
  const open: Open[] = [root]
  for (const [token] of text.matchAll(TOKENS)) {
    count += 1
    if (count % TOKENS_AT_ONCE === 0) await spend(TOKENS_AT_ONCE * BYTES_FOR_A_TOKEN)
    const parent = open.at(-1) ?? root
    if (token === ']' || token === '}') {
      open.pop()
      continue
    }
    if (parent.kind === 'object' && parent.name === undefined) {
      parent.name = String(JSON.parse(token))
      continue
    }
    // The root is no part of what is read.
    if (open.length - 1 > MAX_DEPTH) return undefined
    if (token === '[' || token === '{') {
      const begun: Open = token === '[' ? { kind: 'array', items: [] } : { kind: 'object', members: [] }
      put(parent, begun)
      open.push(begun)
    } else put(parent, readScalar(token))
  }
  return root.items[0]
}

interface OpenArray {
  readonly kind: 'array'
  readonly items: JsonNode[]
}

interface OpenObject {
  readonly kind: 'object'
  readonly members: JsonMember[]
  /** Of the value that comes next. */
  name?: string | undefined
}

type Open = OpenArray | OpenObject

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function put(parent: Open, node: JsonNode): void {
  if (parent.kind === 'array') parent.items.push(node)
  else {
    parent.members.push([parent.name ?? '', node])
    parent.name = undefined
  }
}

function readScalar(token: string): JsonNode {
  if (token.startsWith('"')) return { kind: 'string', value: String(JSON.parse(token)) }
  return { kind: 'literal', text: token }
}

/** How many values and names JSON has, and what lines they would stand on. */
export interface JsonShape {
  /** Values in arrays and objects, and the ends of those that are not empty. */
  readonly lines: number
  /** The depths of all lines together. */
  readonly levels: number
  readonly names: number
}

/** Measures JSON without writing it. */
export function measureJson(node: JsonNode): JsonShape {
  let [lines, levels, names] = [0, 0, 0]
  const waiting: (readonly [node: JsonNode, depth: number])[] = [[node, 0]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [parent, depth] = next
    const children = childrenOf(parent)
    if (children.length === 0) continue
    lines += children.length + 1
    levels += children.length * (depth + 1) + depth
    if (parent.kind === 'object') names += children.length
    for (const child of children) if (childrenOf(child).length > 0) waiting.push([child, depth + 1])
  }
  return { lines, levels, names }
}

function childrenOf(node: JsonNode): readonly JsonNode[] {
  if (node.kind === 'array') return node.items
  return node.kind === 'object' ? node.members.map(([, value]) => value) : []
}
