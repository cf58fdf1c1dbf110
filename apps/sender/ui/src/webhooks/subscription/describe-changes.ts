/** A change of one field, as the audit log has it. */
export interface FieldChange {
  /** The field's name in the API, such as `url` or `timeout_ms`. */
  readonly field: string
  readonly from: string
  readonly to: string
}

/** What was changed of custom headers; values are in no log. */
export interface HeaderChange {
  readonly set: readonly string[]
  readonly removed: readonly string[]
}

/** What the details of an audit entry say that changed. */
export interface Changes {
  readonly fields: readonly FieldChange[]
  readonly headers: HeaderChange | undefined
}

/** Reads the details of `subscription.changed`; what does not have the form of a change is left out. */
export function readChanges(details: Readonly<Record<string, unknown>>): Changes {
  const changed = details['changed']
  if (!isRecord(changed)) return { fields: [], headers: undefined }
  const fields = Object.entries(changed).flatMap(([field, change]) =>
    isRecord(change) && 'from' in change && 'to' in change
      ? [{ field, from: writeValue(change['from']), to: writeValue(change['to']) }]
      : [],
  )
  const headers = changed['headers']
  return {
    fields,
    headers: isRecord(headers)
      ? { set: textsOf(headers['set']), removed: textsOf(headers['removed']) }
      : undefined,
  }
}

/** A value of a field in the audit log as text; empty where there is none. */
export function writeValue(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(writeValue).join(', ')
  return JSON.stringify(value)
}

/** The texts of a list; of anything else, none. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
