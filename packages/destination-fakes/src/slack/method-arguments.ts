import type { FakeRequest } from '../http/fake-service.ts'
import { isObject } from './blocks/check.ts'
import { malformed, SlackProblem } from './slack-problem.ts'

/** The arguments of a call by name, as a form (all strings) or JSON carried them. */
export type MethodArguments = Readonly<Record<string, unknown>>

/** Reads the arguments from a form, from JSON, or from the query of a GET. */
export function readArguments(request: FakeRequest): MethodArguments {
  const query = Object.fromEntries(request.query)
  if (request.body.length === 0) return query
  const contentType = request.headers['content-type'] ?? ''
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return { ...query, ...Object.fromEntries(new URLSearchParams(request.body.toString())) }
  }
  if (!contentType.startsWith('application/json')) throw new SlackProblem('invalid_post_type')
  const parsed = parseJson(request.body.toString(), 'invalid_json')
  if (!isObject(parsed)) throw new SlackProblem('json_not_object')
  return { ...query, ...parsed }
}

/** A string that the call cannot do without. */
export function requiredString(args: MethodArguments, name: string): string {
  const value = optionalString(args, name)
  if (value === undefined) throw malformed('invalid_arguments', [`missing required field: ${name}`])
  return value
}

/** A string; numbers in JSON are taken as well; empty means absent. */
export function optionalString(args: MethodArguments, name: string): string | undefined {
  const value = args[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A flag: `true` and `1` set it. */
export function flag(args: MethodArguments, name: string): boolean {
  return [true, 1, 'true', '1'].some((set) => args[name] === set)
}

/** A value of JSON, which a form carries as a string; throws `code` when it is no JSON. */
export function json(args: MethodArguments, name: string, code: string): unknown {
  const value = args[name]
  if (value === undefined || value === '') return undefined
  return typeof value === 'string' ? parseJson(value, code) : value
}

function parseJson(text: string, code: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed(code, [])
  }
}
