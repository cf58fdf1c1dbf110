import type { JiraIssue } from '../model.ts'
import { JqlError } from './jql-error.ts'
import { findJqlField, type JqlContext, type JqlField } from './jql-fields.ts'
import { parseJql, type JqlClause, type JqlOperand, type JqlOperator, type JqlQuery } from './parse-jql.ts'

/** A query with every field and value resolved. */
export interface CompiledJql {
  matches(issue: JiraIssue): boolean
  /** The order of the results; the newest issue first when the query names none. */
  compare(one: JiraIssue, other: JiraIssue): number
}

/**
 * Compiles a query against the site. Throws a {@link JqlError} for one that Jira answers with 400: not JQL, a field or
 * value that does not exist, or no restriction at all.
 */
export function compileJql(jql: string, context: JqlContext): CompiledJql {
  const query = parseJql(jql)
  if (query.where === undefined) {
    throw new JqlError(
      'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
      { isMalformed: true },
    )
  }
  return { matches: compileClause(query.where, context), compare: compileOrder(query, context) }
}

type Matches = (issue: JiraIssue) => boolean

function compileClause(clause: JqlClause, context: JqlContext): Matches {
  switch (clause.kind) {
    case 'and': {
      const parts = clause.clauses.map((part) => compileClause(part, context))
      return (issue) => parts.every((matches) => matches(issue))
    }
    case 'or': {
      const parts = clause.clauses.map((part) => compileClause(part, context))
      return (issue) => parts.some((matches) => matches(issue))
    }
    case 'not': {
      const matches = compileClause(clause.clause, context)
      return (issue) => !matches(issue)
    }
    default:
      return compileCondition(clause.field, clause.operator, clause.operands, context)
  }
}

const operatorsOf: Readonly<Record<JqlField['kind'], readonly JqlOperator[]>> = {
  choice: ['=', '!=', 'in', 'not in', 'is', 'is not'],
  date: ['=', '!=', 'in', 'not in', 'is', 'is not', '>', '>=', '<', '<='],
  text: ['~', '!~', 'is', 'is not'],
}

function compileCondition(
  name: string,
  operator: JqlOperator,
  operands: readonly JqlOperand[],
  context: JqlContext,
): Matches {
  const field = findJqlField(name)
  if (!operatorsOf[field.kind].includes(operator)) {
    throw new JqlError(`The operator '${operator.toUpperCase()}' is not supported by the '${name}' field.`)
  }
  const wanted = operands.map((operand) => resolve(operand, field, context))
  const wantsEmpty = wanted.some((values) => values.length === 0)
  if ((operator === 'is' || operator === 'is not') && !wantsEmpty) {
    throw new JqlError(`The operator '${operator.toUpperCase()}' only supports EMPTY or NULL.`)
  }
  const values = new Set(wanted.flat())
  const first = wanted[0]?.[0] ?? 0
  return (issue) => {
    const own = field.values(issue, context)
    const isAmong = own.length === 0 ? wantsEmpty : own.some((value) => values.has(value))
    switch (operator) {
      case '=':
      case 'in':
      case 'is':
        return isAmong
      // Issues whose field is empty are in neither `= x` nor `!= x`.
      case '!=':
      case 'not in':
        return own.length > 0 && !isAmong
      case 'is not':
        return own.length > 0
      case '~':
        return own.some((value) => holdsWords(String(value), String(first)))
      case '!~':
        return own.length > 0 && !own.some((value) => holdsWords(String(value), String(first)))
      case '>':
        return own.some((value) => value > first)
      case '>=':
        return own.some((value) => value >= first)
      case '<':
        return own.some((value) => value < first)
      default:
        return own.some((value) => value <= first)
    }
  }
}

function resolve(operand: JqlOperand, field: JqlField, context: JqlContext): readonly (string | number)[] {
  if (operand.kind === 'empty') return []
  if (operand.kind === 'value') return field.operand(operand.text, context)
  const name = operand.name.toLowerCase()
  if (name === 'currentuser' && context.currentUser !== undefined) return [context.currentUser]
  if (name === 'now') return [context.now]
  throw new JqlError(`Unable to find JQL function '${operand.name}(${operand.arguments.join(', ')})'.`)
}

function holdsWords(text: string, wanted: string): boolean {
  const words = new Set(splitWords(text))
  return splitWords(wanted).every((word) => words.has(word))
}

function splitWords(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}

function compileOrder(query: JqlQuery, context: JqlContext): CompiledJql['compare'] {
  const orders = query.orderBy.map(({ field, isDescending }) => ({
    field: findJqlField(field),
    sign: isDescending ? -1 : 1,
  }))
  return (one, other) => {
    for (const { field, sign } of orders) {
      const order = compareValues(sortValue(field, one, context), sortValue(field, other, context))
      if (order !== 0) return order * sign
    }
    return Number(other.id) - Number(one.id)
  }
}

function sortValue(field: JqlField, issue: JiraIssue, context: JqlContext): string | number | undefined {
  if (field.name !== 'key') return field.values(issue, context)[0]
  return Number(issue.id)
}

function compareValues(one: string | number | undefined, other: string | number | undefined): number {
  if (one === other) return 0
  if (one === undefined) return 1
  if (other === undefined) return -1
  return one < other ? -1 : 1
}
