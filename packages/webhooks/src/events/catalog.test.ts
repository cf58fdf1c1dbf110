import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventCatalog } from './catalog.ts'
import { publishedEventSchemas, receivedEventSchemas } from './event-schemas.ts'
import { eventTypes } from './event.ts'

describe('the catalog', () => {
  it('lists the same types, in the same order, as eventTypes', () => {
    expect(Object.keys(eventCatalog)).toEqual([...eventTypes])
  })

  it.each(eventTypes)('has an example of %s that is published and received as it is', (type) => {
    const { example } = eventCatalog[type]
    expect(publishedEventSchemas[type].parse(example)).toEqual(example)
    expect(receivedEventSchemas[type].parse(example)).toEqual(example)
  })

  it.each(eventTypes)('describes every field of the example of %s, in its order', (type) => {
    const { fields, example } = eventCatalog[type]
    expect(Object.keys(fields)).toEqual(pathsIn(example))
  })

  it.each(['compliance', 'evidence', 'integration', 'scan'])(
    'describes each field of %s.ts in the words of its interface',
    (family) => {
      const source = readFileSync(new URL(`${family}.ts`, import.meta.url), 'utf8')
      const comments = [...source.matchAll(/\/\*\* (.+) \*\/\n +readonly (\w+):/g)]
      const inInterfaces = comments.map(([, text, name]) => `${name}: ${text}`)
      const inCatalog = eventTypes
        .filter((type) => type.startsWith(`${family}.`))
        .flatMap((type) => Object.entries(eventCatalog[type].fields))
        .map(([path, text]) => `${path.split('.').at(-1)}: ${text}`)
      expect(inCatalog).toEqual(inInterfaces)
    },
  )
})

/** The paths of all fields, in order; of an array, those of its first element. */
function pathsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return pathsIn(value[0], `${path}[]`)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, field]) => {
    const fieldPath = path === '' ? name : `${path}.${name}`
    return [fieldPath, ...pathsIn(field, fieldPath)]
  })
}
