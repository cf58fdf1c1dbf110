import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'
import type { FilePath, FileProblem } from './file-problem.ts'
import { type Candidates, candidatesOf, candidatesUnder, type JsonSchema } from './input-schema.ts'
import type { ParsedFile } from './parse-yaml.ts'
import { type Place, placeKey, type Reading } from './place.ts'
import { readScalar } from './read-scalar.ts'
import { type ReferenceSources, showReferences } from './references.ts'

/** What a document says, its references replaced, and where it says so. */
export interface ReadDocument {
  readonly value: unknown
  readonly problems: readonly FileProblem[]
  /** By {@link placeKey}. */
  readonly places: ReadonlyMap<string, Place>
  /** What could not be read and was reported, by {@link placeKey}. */
  readonly broken: ReadonlySet<string>
  /** Texts that no problem may hold: values of secrets, and whatever references stand for. */
  readonly hidden: ReadonlySet<string>
  /** Secrets that stand in the file themselves. */
  readonly literalSecrets: readonly FilePath[]
}

interface Walk extends Reading {
  readonly anchors: Map<string, Node>
  values: number
}

const maxValues = 20_000
const maxDepth = 40

/**
 * Reads a document as plain values. A key without a value is absent; `schema` tells which texts are secret, and which are
 * numbers where a variable holds text.
 */
export function readDocument(
  { document, position }: ParsedFile,
  schema: JsonSchema,
  sources: ReferenceSources,
): ReadDocument {
  const problems: FileProblem[] = []
  const broken = new Set<string>()
  const walk: Walk = {
    sources,
    places: new Map(),
    hidden: new Set(),
    literalSecrets: [],
    anchors: new Map(),
    values: 0,
    report: (path, offset, problem, remedy) => {
      problems.push({ ...position(offset), path, problem, remedy })
      broken.add(placeKey(path))
      return undefined
    },
  }
  const value = document?.contents
    ? read(walk, document.contents, [], candidatesOf(schema), 0, [])
    : undefined
  const { places, hidden, literalSecrets } = walk
  return { value, problems, places, broken, hidden, literalSecrets }
}

function read(
  walk: Walk,
  node: Node | null,
  path: FilePath,
  candidates: Candidates,
  key: number,
  around: readonly Node[],
): unknown {
  const offset = node?.range?.[0] ?? key
  if (!walk.places.has(placeKey(path))) walk.places.set(placeKey(path), { key, value: offset })
  if (node === null || walk.values > maxValues) return null
  if (++walk.values > maxValues || around.length > maxDepth) {
    walk.values = maxValues + 1
    return walk.report(path, offset, 'is too much: lists of aliases, or sections in sections', 'Write less.')
  }
  if (isAlias(node)) {
    const target = walk.anchors.get(node.source)
    return target === undefined || around.includes(target)
      ? walk.report(path, offset, 'is an alias for nothing before it', 'Name a value before it: &name.')
      : read(walk, target, path, candidates, key, around)
  }
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node)
  const inside = [...around, node]
  if (isMap<Scalar<string> | null, Node | null>(node))
    return readMap(walk, node, path, candidates, offset, inside)
  if (isSeq<Node | null>(node)) {
    return node.items.map((item, index) => {
      const at = item?.range?.[0] ?? offset
      return read(walk, item, [...path, index], candidatesUnder(candidates, index), at, inside)
    })
  }
  return isScalar(node) ? readScalar(walk, node, path, candidates, { key, value: offset }) : null
}

function readMap(
  walk: Walk,
  map: YAMLMap<Scalar<string> | null, Node | null>,
  path: FilePath,
  candidates: Candidates,
  offset: number,
  inside: readonly Node[],
): unknown {
  const entries = new Map<string, unknown>()
  for (const { key, value } of map.items) {
    const name = showReferences(key?.value ?? '')
    const under = [...path, name]
    const at = key?.range?.[0] ?? offset
    if (entries.has(name)) walk.report(under, at, 'is given twice', 'Keep one of them.')
    else if (name === '__proto__') walk.report(under, at, 'cannot be a key', 'Choose another name.')
    else entries.set(name, read(walk, value, under, candidatesUnder(candidates, name), at, inside))
  }
  return Object.fromEntries([...entries].filter(([, value]) => value !== null && value !== undefined))
}
