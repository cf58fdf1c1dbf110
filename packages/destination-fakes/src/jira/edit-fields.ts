import { z } from 'zod'
import type { JiraCall } from './call.ts'
import type { JiraField, JiraProject } from './model.ts'
import { parseField, type FieldContext, type ParsedField } from './parse-field.ts'
import { JiraRefusal } from './refusal.ts'

/** `fields` of a request that creates, edits or moves an issue. */
export const fieldsSchema = z.record(z.string(), z.unknown()).nullish()

const operationSchema = z.union([
  z.strictObject({ set: z.unknown() }),
  z.strictObject({ add: z.unknown() }),
  z.strictObject({ remove: z.unknown() }),
])

/** `update` of such a request: by field, what is set, added or removed. */
export const updateSchema = z.record(z.string(), z.array(operationSchema)).nullish()

export interface FieldChanges {
  readonly fields: z.infer<typeof fieldsSchema>
  readonly update: z.infer<typeof updateSchema>
  /** What may be set, by the screen of the operation. */
  readonly allowed: readonly JiraField[]
  /** The values so far. */
  readonly current: Readonly<Record<string, unknown>>
}

/** The refusals of fields by their id; all of them are found before Jira answers. */
export class FieldErrors {
  readonly #problems = new Map<string, Extract<ParsedField, { ok: false }>>()

  add(fieldId: string, message: string): void {
    this.addParsed(fieldId, { ok: false, message, isMalformed: false })
  }

  addParsed(fieldId: string, problem: Extract<ParsedField, { ok: false }>): void {
    if (!this.#problems.has(fieldId)) this.#problems.set(fieldId, problem)
  }

  /** Throws the 400 that names them all, if there are any. */
  throwIfAny(): void {
    if (this.#problems.size === 0) return
    const problems = [...this.#problems.values()]
    const whys = problems.flatMap(({ why }) => (why === undefined ? [] : [why]))
    const errors = Object.fromEntries([...this.#problems].map(([id, { message }]) => [id, message]))
    throw new JiraRefusal(400, errors, {
      isMalformed: problems.some(({ isMalformed }) => isMalformed),
      why: whys.length === 0 ? undefined : whys.join('; '),
    })
  }
}

/** The values after `changes`; what is wrong with them goes to `errors`. */
export function editFields(
  changes: FieldChanges,
  context: FieldContext,
  errors: FieldErrors,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = { ...changes.current }
  for (const [id, raw] of Object.entries(changes.fields ?? {})) {
    const field = changes.allowed.find((field) => field.id === id)
    const parsed = field === undefined ? offScreen(id) : parseField(field, raw, context)
    if (parsed.ok) values[id] = parsed.value
    else errors.addParsed(id, parsed)
  }
  for (const [id, operations] of Object.entries(changes.update ?? {})) {
    const field = changes.allowed.find((field) => field.id === id)
    if (id in (changes.fields ?? {})) {
      errors.add(id, `Field '${id}' cannot be in both 'fields' and 'update'.`)
    } else if (field === undefined) {
      errors.addParsed(id, offScreen(id))
    } else {
      for (const operation of operations) {
        const parsed = applyOperation(field, operation, values[id], context)
        if (parsed.ok) values[id] = parsed.value
        else errors.addParsed(id, parsed)
      }
    }
  }
  return values
}

/** What the values of a project's issues are checked against. */
export function fieldContext(call: JiraCall, project: JiraProject): FieldContext {
  return {
    project,
    users: call.site.users,
    priorities: call.site.priorities,
    resolutions: call.site.resolutions,
    findParentId(keyOrId) {
      const parent = call.site.findIssue(keyOrId)
      return parent?.projectKey === project.key ? parent.id : undefined
    },
  }
}

/** The resolution, which no create screen has. */
export const resolutionField: JiraField = {
  id: 'resolution',
  name: 'Resolution',
  kind: 'resolution',
  isRequired: false,
  isOnScreen: false,
  options: [],
}

function offScreen(id: string): Extract<ParsedField, { ok: false }> {
  return {
    ok: false,
    message: `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`,
    isMalformed: false,
  }
}

function applyOperation(
  field: JiraField,
  operation: z.infer<typeof operationSchema>,
  current: unknown,
  context: FieldContext,
): ParsedField {
  if ('set' in operation) return parseField(field, operation.set, context)
  const isList = field.kind === 'labels' || field.kind === 'components' || field.kind === 'options'
  if (!isList) {
    return { ok: false, message: `Field '${field.id}' supports only the operation 'set'.`, isMalformed: true }
  }
  const isAdded = 'add' in operation
  const parsed = parseField(field, [isAdded ? operation.add : operation.remove], context)
  if (!parsed.ok) return parsed
  const before = stringsOf(current)
  const given = stringsOf(parsed.value)
  const value = isAdded ? [...new Set([...before, ...given])] : before.filter((one) => !given.includes(one))
  return { ok: true, value }
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
