/** A line of JSON that is written with one member or element a line. */
export interface JsonLine {
  readonly depth: number
  /** The member's name as it is written, with its quotes; absent for elements and ends. */
  readonly key?: string
  /** The value as it is written, or the bracket that begins or ends it; `{}` and `[]` for empty ones. */
  readonly value: string
  readonly kind: 'string' | 'number' | 'word' | 'bracket'
  readonly hasComma: boolean
  /** Of a line that begins an object or an array: the index of the line that ends it. */
  readonly end?: number
}

/**
 * Formats JSON without changing a token: numbers keep all their digits, names their order and duplicates, strings their
 * escapes. Depth and size do not matter.
 *
 * @returns `undefined` when the text is not JSON.
 */
export function formatJson(text: string): readonly JsonLine[] | undefined {
  if (!isJson(text)) return undefined
  const lines: Draft[] = []
  const open: number[] = []
  let key: string | undefined
  let last: Draft | undefined
  for (const token of tokens(text)) {
    if (token === ':') {
      // What was taken for a value was a name.
      key = lines.pop()?.value
    } else if (token === ',') {
      if (last !== undefined) last.hasComma = true
    } else if (token === '}' || token === ']') {
      last = close(lines, open, token)
    } else {
      last = {
        depth: open.length,
        ...(key !== undefined && { key }),
        value: token,
        kind: kindOf(token),
        hasComma: false,
      }
      key = undefined
      lines.push(last)
      if (token === '{' || token === '[') open.push(lines.length - 1)
    }
  }
  return lines
}

/** The indexes of the lines that are seen while those of `folded` are folded. */
export function visibleLines(lines: readonly JsonLine[], folded: ReadonlySet<number>): readonly number[] {
  const visible: number[] = []
  for (let index = 0; index < lines.length; index += 1) {
    visible.push(index)
    if (folded.has(index)) index = lines[index]?.end ?? index
  }
  return visible
}

/** The indexes of all lines that can be folded, but the outermost. */
export function foldable(lines: readonly JsonLine[]): ReadonlySet<number> {
  return new Set(lines.flatMap(({ end, depth }, index) => (end === undefined || depth === 0 ? [] : [index])))
}

type Draft = { -readonly [Name in keyof JsonLine]: JsonLine[Name] }

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

// Valid JSON only: what is wrong is not looked for.
function* tokens(text: string): Generator<string> {
  const atom = /[^\s,:[\]{}"]+/y
  let at = 0
  while (at < text.length) {
    const character = text[at] ?? ''
    if (character === '"') {
      const end = endOfString(text, at)
      yield text.slice(at, end)
      at = end
    } else if ('{}[],:'.includes(character)) {
      yield character
      at += 1
    } else {
      atom.lastIndex = at
      const word = atom.exec(text)?.[0]
      if (word !== undefined) yield word
      at += word?.length ?? 1
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function close(lines: Draft[], open: number[], bracket: string): Draft | undefined {
  const start = open.pop() ?? 0
  const opening = lines[start]
  if (opening === undefined) return undefined
  if (start === lines.length - 1) {
    opening.value += bracket
    return opening
  }
  const closing: Draft = { depth: open.length, value: bracket, kind: 'bracket', hasComma: false }
  opening.end = lines.push(closing) - 1
  return closing
}

function kindOf(token: string): JsonLine['kind'] {
  if (token === '{' || token === '[') return 'bracket'
  if (token.startsWith('"')) return 'string'
  return /^[-\d]/.test(token) ? 'number' : 'word'
}
