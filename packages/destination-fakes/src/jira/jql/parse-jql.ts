import { JqlError } from './jql-error.ts'
import { reservedWords } from './reserved-words.ts'
import { tokenizeJql, type JqlToken } from './tokens.ts'

export type JqlOperator =
  | '='
  | '!='
  | '~'
  | '!~'
  | '>'
  | '>='
  | '<'
  | '<='
  | 'in'
  | 'not in'
  | 'is'
  | 'is not'

export type JqlOperand =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'function'; readonly name: string; readonly arguments: readonly string[] }

export type JqlClause =
  | { readonly kind: 'and' | 'or'; readonly clauses: readonly JqlClause[] }
  | { readonly kind: 'not'; readonly clause: JqlClause }
  | {
      readonly kind: 'condition'
      readonly field: string
      readonly operator: JqlOperator
      readonly operands: readonly JqlOperand[]
    }

export interface JqlQuery {
  /** Absent when the query restricts nothing. */
  readonly where?: JqlClause
  readonly orderBy: readonly { readonly field: string; readonly isDescending: boolean }[]
}

/** Parses a query by JQL's grammar: NOT binds before AND, AND before OR. Throws a {@link JqlError}. */
export function parseJql(jql: string): JqlQuery {
  const tokens = new Tokens(tokenizeJql(jql))
  const isRestricted = tokens.peek().kind !== 'end' && !isKeyword(tokens.peek(), 'order')
  const where = isRestricted ? parseOr(tokens) : undefined
  const orderBy = parseOrderBy(tokens)
  const rest = tokens.peek()
  if (rest.kind !== 'end') {
    throw new JqlError(`Error in the JQL Query: Expecting either 'OR' or 'AND' but got '${rest.text}'.`, {
      at: rest,
    })
  }
  return { ...(where === undefined ? {} : { where }), orderBy }
}

class Tokens {
  readonly #tokens: readonly JqlToken[]
  #next = 0

  constructor(tokens: readonly JqlToken[]) {
    this.#tokens = tokens
  }

  peek(): JqlToken {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)]
    if (token === undefined) throw new TypeError('A query without its end.')
    return token
  }

  take(): JqlToken {
    const token = this.peek()
    this.#next += 1
    return token
  }

  takeIf(matches: (token: JqlToken) => boolean): boolean {
    if (!matches(this.peek())) return false
    this.#next += 1
    return true
  }
}

function isKeyword(token: JqlToken, keyword: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === keyword
}

function isSymbol(token: JqlToken, ...texts: readonly string[]): boolean {
  return token.kind === 'symbol' && texts.includes(token.text)
}

function parseOr(tokens: Tokens): JqlClause {
  const clauses = [parseAnd(tokens)]
  while (tokens.takeIf((token) => isKeyword(token, 'or') || isSymbol(token, '|', '||')))
    clauses.push(parseAnd(tokens))
  return only(clauses) ?? { kind: 'or', clauses }
}

function parseAnd(tokens: Tokens): JqlClause {
  const clauses = [parseNot(tokens)]
  while (tokens.takeIf((token) => isKeyword(token, 'and') || isSymbol(token, '&', '&&')))
    clauses.push(parseNot(tokens))
  return only(clauses) ?? { kind: 'and', clauses }
}

function parseNot(tokens: Tokens): JqlClause {
  if (tokens.takeIf((token) => isKeyword(token, 'not') || isSymbol(token, '!'))) {
    return { kind: 'not', clause: parseNot(tokens) }
  }
  if (!tokens.takeIf((token) => isSymbol(token, '('))) return parseCondition(tokens)
  const clause = parseOr(tokens)
  expectSymbol(tokens, ')')
  return clause
}

function parseCondition(tokens: Tokens): JqlClause {
  const name = tokens.take()
  if (name.kind === 'end' || name.kind === 'symbol' || (name.kind === 'word' && isReserved(name))) {
    throw new JqlError(
      name.kind === 'end'
        ? 'Error in the JQL Query: Expecting a field name at the end of the query.'
        : `Error in the JQL Query: Expecting a field name but got '${name.text}'. ` +
            `You must surround '${name.text}' in quotation marks to use it as a field name.`,
      { at: name },
    )
  }
  const operator = parseOperator(tokens)
  const operands = operator === 'in' || operator === 'not in' ? parseList(tokens) : [parseOperand(tokens)]
  return { kind: 'condition', field: name.text, operator, operands }
}

const symbolOperators = ['=', '!=', '~', '!~', '>', '>=', '<', '<='] as const

function parseOperator(tokens: Tokens): JqlOperator {
  const token = tokens.take()
  const symbol = symbolOperators.find((symbol) => isSymbol(token, symbol))
  if (symbol !== undefined) return symbol
  if (isKeyword(token, 'in')) return 'in'
  if (isKeyword(token, 'is')) return tokens.takeIf((next) => isKeyword(next, 'not')) ? 'is not' : 'is'
  if (isKeyword(token, 'not') && tokens.takeIf((next) => isKeyword(next, 'in'))) return 'not in'
  const got = token.kind === 'end' ? 'the end of the query' : `'${token.text}'`
  throw new JqlError(
    `Error in the JQL Query: Expecting operator but got ${got}. The valid operators are '=', '!=', '<', '>', '<=', '>=', ` +
      "'~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.",
    { at: token },
  )
}

function parseList(tokens: Tokens): readonly JqlOperand[] {
  expectSymbol(tokens, '(')
  const operands = [parseOperand(tokens)]
  while (tokens.takeIf((token) => isSymbol(token, ','))) operands.push(parseOperand(tokens))
  expectSymbol(tokens, ')')
  return operands
}

function parseOperand(tokens: Tokens): JqlOperand {
  const token = tokens.take()
  if (token.kind === 'quoted') return { kind: 'value', text: token.text }
  if (isKeyword(token, 'empty') || isKeyword(token, 'null')) return { kind: 'empty' }
  if (token.kind !== 'word') {
    const got = token.kind === 'end' ? 'the end of the query' : `'${token.text}'`
    throw new JqlError(`Error in the JQL Query: Expecting either a value, list or function but got ${got}.`, {
      at: token,
    })
  }
  if (isReserved(token)) {
    throw new JqlError(
      `Error in the JQL Query: '${token.text}' is a reserved JQL word. You must surround it in quotation marks to use it ` +
        'in a query.',
      { at: token },
    )
  }
  if (!tokens.takeIf((next) => isSymbol(next, '('))) return { kind: 'value', text: token.text }
  const given: string[] = []
  while (!isSymbol(tokens.peek(), ')') && tokens.peek().kind !== 'end') {
    given.push(tokens.take().text)
    tokens.takeIf((next) => isSymbol(next, ','))
  }
  expectSymbol(tokens, ')')
  return { kind: 'function', name: token.text, arguments: given }
}

function parseOrderBy(tokens: Tokens): JqlQuery['orderBy'] {
  if (!tokens.takeIf((token) => isKeyword(token, 'order'))) return []
  const by = tokens.take()
  if (!isKeyword(by, 'by'))
    throw new JqlError(`Error in the JQL Query: Expecting 'by' but got '${by.text}'.`, { at: by })
  const order: { readonly field: string; readonly isDescending: boolean }[] = []
  do {
    const name = tokens.take()
    if (name.kind === 'end' || name.kind === 'symbol')
      throw new JqlError('Error in the JQL Query: Expecting a field name in the order.', { at: name })
    const isDescending = tokens.takeIf((token) => isKeyword(token, 'desc'))
    if (!isDescending) tokens.takeIf((token) => isKeyword(token, 'asc'))
    order.push({ field: name.text, isDescending })
  } while (tokens.takeIf((token) => isSymbol(token, ',')))
  return order
}

function expectSymbol(tokens: Tokens, symbol: string): void {
  const token = tokens.take()
  if (isSymbol(token, symbol)) return
  const got = token.kind === 'end' ? 'the end of the query' : `'${token.text}'`
  throw new JqlError(`Error in the JQL Query: Expecting '${symbol}' but got ${got}.`, { at: token })
}

function isReserved(token: JqlToken): boolean {
  return reservedWords.has(token.text.toLowerCase())
}

function only(clauses: readonly JqlClause[]): JqlClause | undefined {
  return clauses.length === 1 ? clauses[0] : undefined
}
