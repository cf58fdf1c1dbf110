/** Looks at a value and returns what Slack would say against it; `at` is the JSON pointer of the value. */
export type Check = (value: unknown, at: string) => readonly string[]

/** A string of 1 to `max` code units. */
export function string(max = Number.POSITIVE_INFINITY, min = 1): Check {
  return (value, at) => {
    if (typeof value !== 'string') return [complaint('must provide a string', at)]
    if (value.length < min) return [complaint(`must be more than ${min - 1} characters`, at)]
    return value.length > max ? [complaint(`must be less than ${max + 1} characters`, at)] : []
  }
}

/** A URL of http or https of at most `max` code units. */
export function url(max: number): Check {
  const length = string(max)
  return (value, at) => {
    const complaints = length(value, at)
    if (complaints.length > 0) return complaints
    const parsed = URL.parse(String(value))
    return parsed?.protocol === 'https:' || parsed?.protocol === 'http:'
      ? []
      : [complaint('must be a valid URL', at)]
  }
}

/** `true` or `false`. */
export function boolean(value: unknown, at: string): readonly string[] {
  return typeof value === 'boolean' ? [] : [complaint('must provide a boolean', at)]
}

/** A whole number. */
export function integer(value: unknown, at: string): readonly string[] {
  return Number.isInteger(value) ? [] : [complaint('must provide an integer', at)]
}

/** One of these strings. */
export function literal(...allowed: readonly string[]): Check {
  return (value, at) =>
    typeof value === 'string' && allowed.includes(value)
      ? []
      : [complaint(`must be one of: ${allowed.join(', ')}`, at)]
}

/** A list of `min` to `max` values. */
export function list(item: Check, max: number, min = 1): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return [complaint('must provide an array', at)]
    if (value.length > max) return [complaint(`no more than ${max} items allowed`, at)]
    if (value.length < min) return [complaint(`no fewer than ${min} items allowed`, at)]
    return value.flatMap((entry, index) => item(entry, `${at}/${index}`))
  }
}

/** An object with these fields and no others. */
export function object(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const fields = new Map([...Object.entries(required), ...Object.entries(optional)])
  return (value, at) => {
    if (!isObject(value)) return [complaint('must provide an object', at)]
    const missing = Object.keys(required).filter((field) => value[field] === undefined)
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
    return [
      ...missing.map((field) => complaint(`missing required field: ${field}`, at)),
      ...entries.flatMap(
        ([field, entry]) =>
          fields.get(field)?.(entry, `${at}/${field}`) ?? [
            complaint(`invalid additional property: ${field}`, at),
          ],
      ),
    ]
  }
}

/** An object whose `type` decides what else it is checked for. */
export function byType(types: Readonly<Record<string, Check>>): Check {
  const checks = new Map(Object.entries(types))
  return (value, at) => {
    if (!isObject(value)) return [complaint('must provide an object', at)]
    const { type } = value
    if (type === undefined) return [complaint('missing required field: type', at)]
    const check = typeof type === 'string' ? checks.get(type) : undefined
    return check?.(value, at) ?? [complaint(`unsupported type: ${JSON.stringify(type)}`, `${at}/type`)]
  }
}

/** What Slack writes about the value at `at`. */
export function complaint(what: string, at: string): string {
  return `${what} [json-pointer:${at}]`
}

/** Whether a value of JSON is an object and not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
