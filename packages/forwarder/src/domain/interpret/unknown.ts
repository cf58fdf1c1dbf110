import type { UnknownEvent } from '@complywise/webhooks'
import { cleanText } from '../clean-text.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import { nameFrom, present } from './text.ts'

const MAX_DATA_LENGTH = 2000

/** An event of a type that this version does not know: news, with the labels that its data has by their usual names. */
export function interpretUnknown({ data }: UnknownEvent, memory: Memory): Interpretation {
  const given = new Map<string, unknown>(Object.entries(data))
  const labels = present({
    framework: nameFrom(given.get('framework')),
    controlId: nameFrom(given.get('control_id')),
    integrationId: nameFrom(given.get('integration_id')),
    provider: nameFrom(given.get('provider')),
    name: nameFrom(given.get('name')),
  })
  const facts = { kind: 'unknown', data: jsonOf(data) } as const
  return { readings: [{ kind: 'announcement', labels, severity: 'info', facts }], memory }
}

function jsonOf(data: UnknownEvent['data']): string {
  try {
    return cleanText(JSON.stringify(data), MAX_DATA_LENGTH)
  } catch {
    // What nests deeper than the stack can be parsed, but not written.
    return '(nested too deeply to be shown)'
  }
}
