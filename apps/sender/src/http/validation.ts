import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import {
  type FieldError,
  type FieldErrorCode,
  isFieldErrorCode,
  MAX_FIELD_ERRORS,
  toPointer,
} from './field-error.ts'
import { findUnportable } from './portable-json.ts'
import { ProblemError, validationFailed } from './problem.ts'

/**
 * Checks a part of the request with its zod schema, for Fastify.
 *
 * Everything that is wrong with a body or a query is found at once and becomes one 422. A path parameter that does
 * not fit names a record that cannot exist, so it becomes a 404.
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    // Fastify hands over an absent body as null.
    const checked = check(schema, httpPart === 'body' && data === null ? undefined : data)
    if (checked.valid) return { value: checked.value }
    if (httpPart === 'params')
      return { error: new ProblemError('not_found', 'There is no record with this id.') }
    return { error: validationFailed(checked.errors) }
  }
}

/** A value as its schema reads it, or what is wrong with it, up to {@link MAX_FIELD_ERRORS}. */
export type Checked<Value> =
  | { readonly valid: true; readonly value: Value }
  | { readonly valid: false; readonly errors: readonly FieldError[] }

/** Checks a parsed JSON value with a schema, and that it is portable, see {@link findUnportable}. */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): Checked<z.output<Schema>> {
  const checked = checkShape(schema, value)
  const unportable = findUnportable(value)
  if (unportable.length === 0) return checked
  const errors = checked.valid ? unportable : [...unportable, ...checked.errors]
  return { valid: false, errors: errors.slice(0, MAX_FIELD_ERRORS) }
}

/** Checks a parsed JSON value with a schema alone. */
export function checkShape<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Checked<z.output<Schema>> {
  try {
    const result = schema.safeParse(value, { reportInput: true })
    if (result.success) return { valid: true, value: result.data }
    return { valid: false, errors: toFieldErrors(result.error.issues) }
  } catch (error) {
    // zod passes all issues of an array as arguments of one call, for which the stack is too small at about 100,000.
    if (!(error instanceof RangeError)) throw error
    return { valid: false, errors: [{ path: '', code: 'too_many', detail: 'Too much is wrong to list it.' }] }
  }
}

/** An issue that a schema's own check reports with one of the API's codes. */
export function fieldIssue(code: FieldErrorCode, message: string, input: unknown): z.core.$ZodRawIssue {
  return { code: 'custom', message, params: { code }, input }
}

/** An issue that another schema found in the same value, to be reported by this one. */
export function adoptIssue(issue: z.core.$ZodIssue): z.core.$ZodRawIssue {
  return { ...fieldIssue(codeOf(issue), describe(issue), issue.input), path: issue.path }
}

function toFieldErrors(issues: readonly z.core.$ZodIssue[]): readonly FieldError[] {
  const errors = issues.slice(0, MAX_FIELD_ERRORS).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys
        .slice(0, MAX_FIELD_ERRORS)
        .map((key) => unknownField([...issue.path, key], issue.message))
    }
    return [{ path: toPointer(issue.path), code: codeOf(issue), detail: describe(issue) }]
  })
  return errors.slice(0, MAX_FIELD_ERRORS)
}

// A schema's own message says where such fields belong; zod's repeats the name.
function unknownField(path: readonly PropertyKey[], message: string): FieldError {
  const more = message.startsWith('Unrecognized key') ? '' : ` ${message}`
  return {
    path: toPointer(path),
    code: 'unknown_field',
    detail: `There is no field of this name here.${more}`,
  }
}

function codeOf(issue: z.core.$ZodIssue): FieldErrorCode {
  switch (issue.code) {
    case 'custom': {
      const code: unknown = issue.params?.['code']
      return isFieldErrorCode(code) ? code : 'invalid_value'
    }
    case 'invalid_type':
      return isAbsent(issue) ? 'required' : 'invalid_type'
    case 'invalid_value':
    case 'invalid_union':
      return isAbsent(issue) ? 'required' : 'invalid_value'
    case 'invalid_format':
      return 'invalid_format'
    case 'too_small':
      return sizeCodes[sizeOf(issue.origin)].below
    case 'too_big':
      return sizeCodes[sizeOf(issue.origin)].above
    default:
      return 'invalid_value'
  }
}

const sizeCodes = {
  array: { below: 'too_few', above: 'too_many' },
  string: { below: 'too_short', above: 'too_long' },
  number: { below: 'too_small', above: 'too_big' },
} as const

function sizeOf(origin: string): keyof typeof sizeCodes {
  return origin === 'array' || origin === 'string' ? origin : 'number'
}

// With a discriminated union the input is the object around the discriminator.
function isAbsent(issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'invalid_union') return issue.input === undefined
  const { input, discriminator } = issue as { readonly input?: unknown; readonly discriminator?: unknown }
  return typeof input === 'object' && input !== null && !Object.hasOwn(input, String(discriminator))
}

function describe(issue: z.core.$ZodIssue): string {
  const message = issue.message.endsWith('.') ? issue.message : `${issue.message}.`
  if (issue.code === 'custom' || codeOf(issue) !== 'required') return message
  return issue.code === 'invalid_type' ? 'This is required.' : `This is required. ${message}`
}
