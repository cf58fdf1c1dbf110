import { JqlError } from './jql-error.ts'

export interface JqlToken {
  /** `end` closes every query. A quoted text is never a keyword. */
  readonly kind: 'word' | 'quoted' | 'symbol' | 'end'
  readonly text: string
  /** 1-based, as Jira reports it. */
  readonly line: number
  readonly character: number
}

const symbols = ['!=', '!~', '>=', '<=', '&&', '||', '=', '~', '>', '<', '(', ')', ',', '!', '&', '|']
const reservedCharacters = /[+;?*/%^$#@[\]{}.\\`]/
const endOfWord = /[\s=!~<>(),|&"']/

/** Splits a query into its tokens; throws a {@link JqlError} at a character that must stand between quotes. */
export function tokenizeJql(jql: string): readonly JqlToken[] {
  const tokens: JqlToken[] = []
  let offset = 0
  while (offset < jql.length) {
    const character = jql.charAt(offset)
    if (/\s/.test(character)) {
      offset += 1
      continue
    }
    const place = placeOf(jql, offset)
    const symbol = symbols.find((symbol) => jql.startsWith(symbol, offset))
    if (character === '"' || character === "'") {
      const { text, end } = readQuoted(jql, offset)
      tokens.push({ kind: 'quoted', text, ...place })
      offset = end
    } else if (symbol === undefined) {
      const text = readWord(jql, offset)
      tokens.push({ kind: 'word', text, ...place })
      offset += text.length
    } else {
      tokens.push({ kind: 'symbol', text: symbol, ...place })
      offset += symbol.length
    }
  }
  return [...tokens, { kind: 'end', text: '', ...placeOf(jql, jql.length) }]
}

function readWord(jql: string, start: number): string {
  let end = start
  while (end < jql.length && !endOfWord.test(jql.charAt(end))) end += 1
  const text = jql.slice(start, end)
  // The brackets and dots of `issue.property[key].path` and `cf[10001]` belong to the name of the field.
  if (/^(issue\.property|cf)\[/i.test(text)) return text
  const at = text.search(reservedCharacters)
  if (at === -1) return text
  const character = text.charAt(at)
  const code = character.charCodeAt(0).toString(16).padStart(4, '0')
  throw new JqlError(
    `Error in the JQL Query: The character '${character}' is a reserved JQL character. ` +
      `You must enclose it in a string or use the escape '\\u${code}' instead.`,
    { at: placeOf(jql, start + at) },
  )
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', ' ': ' ' }

function readQuoted(jql: string, start: number): { readonly text: string; readonly end: number } {
  const quote = jql.charAt(start)
  let text = ''
  let offset = start + 1
  while (offset < jql.length && jql.charAt(offset) !== quote) {
    if (jql.charAt(offset) !== '\\') {
      text += jql.charAt(offset)
      offset += 1
      continue
    }
    const escaped = jql.charAt(offset + 1)
    const hex = /^u([0-9a-fA-F]{4})/.exec(jql.slice(offset + 1, offset + 6))?.[1]
    if (hex !== undefined) {
      text += String.fromCharCode(Number.parseInt(hex, 16))
      offset += 6
    } else if (escaped in escapes || ['"', "'", '\\'].includes(escaped)) {
      text += escapes[escaped] ?? escaped
      offset += 2
    } else {
      throw new JqlError(
        `Error in the JQL Query: '\\${escaped}' is an illegal JQL escape sequence. The valid escape sequences are ` +
          String.raw`\', \", \t, \n, \r, \\, '\ ' and \uXXXX.`,
        { at: placeOf(jql, offset) },
      )
    }
  }
  if (offset < jql.length) return { text, end: offset + 1 }
  throw new JqlError(`Error in the JQL Query: The quoted string '${text}' has not been completed.`, {
    at: placeOf(jql, start),
  })
}

function placeOf(jql: string, offset: number): { readonly line: number; readonly character: number } {
  const before = jql.slice(0, offset).split('\n')
  return { line: before.length, character: (before.at(-1) ?? '').length + 1 }
}
