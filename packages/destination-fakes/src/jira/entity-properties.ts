import { z } from 'zod'
import { JiraRefusal } from './refusal.ts'

/** The most characters of a property's key. */
const maxPropertyKeyLength = 255
/** The most characters of a property's value as JSON. */
const maxPropertyValueLength = 32_768

/** Properties as they come with an issue or a comment. */
export const propertyListSchema = z.array(z.object({ key: z.string(), value: z.unknown() })).nullish()

/** Checks the key and value of a property; throws Jira's 400. */
export function checkProperty(key: string, value: unknown): void {
  if (key === '' || key.length > maxPropertyKeyLength) {
    throw new JiraRefusal(
      400,
      `The property key must have between 1 and ${maxPropertyKeyLength} characters.`,
      {
        isMalformed: true,
        why: `it has ${key.length}`,
      },
    )
  }
  if (value === undefined) {
    throw new JiraRefusal(400, 'The property value has to be valid, non-empty JSON.', {
      isMalformed: true,
      why: `property ${key}`,
    })
  }
  const { length } = JSON.stringify(value)
  if (length <= maxPropertyValueLength) return
  throw new JiraRefusal(
    400,
    `The value of the property is too long. Its length must be less than ${maxPropertyValueLength} characters.`,
    { isMalformed: true, why: `property ${key} has ${length}` },
  )
}

/** Checks a whole list and makes it a record. */
export function parseProperties(list: z.infer<typeof propertyListSchema>): Readonly<Record<string, unknown>> {
  const properties = list ?? []
  for (const { key, value } of properties) checkProperty(key, value)
  const record = Object.fromEntries(properties.map(({ key, value }) => [key, value]))
  if (Object.keys(record).length === properties.length) return record
  throw new JiraRefusal(400, 'The properties contain a key more than once.', { isMalformed: true })
}
