import type { UnknownEvent, WebhookEvent } from '@complywise/webhooks'
import { cleanText } from '../clean-text.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import type { Reading } from '../reading.ts'
import type { Labels } from '../subject.ts'
import { nameFrom, present, scalarTextFrom } from './text.ts'

const MAX_DATA_LENGTH = 2000

/** An event of a type that this version does not know: news, with the labels that its data has by their usual names. */
export function interpretUnknown({ data }: UnknownEvent, memory: Memory): Interpretation {
  const facts = { kind: 'unknown', data: jsonOf(data) } as const
  return { readings: [{ kind: 'announcement', labels: labelsIn(data), severity: 'info', facts }], memory }
}

/**
 * An event of a known type whose data does not say what it is about: a warning, because somebody has to look.
 *
 * @param lacks what its data does not say, such as `data.control_id`.
 */
export function unreadable({ data }: WebhookEvent, lacks: string): Reading {
  const facts = { kind: 'unknown', data: jsonOf(data), lacks } as const
  return { kind: 'announcement', labels: labelsIn(data), severity: 'warning', facts }
}

function labelsIn(data: object): Labels {
  const given = new Map<string, unknown>(Object.entries(data))
  const name = (field: string): string | undefined => nameFrom(scalarTextFrom(given.get(field)))
  return present({
    framework: name('framework'),
    controlId: name('control_id'),
    integrationId: name('integration_id'),
    provider: name('provider'),
    name: name('name'),
  })
}

function jsonOf(data: object): string {
  try {
    return cleanText(JSON.stringify(data), MAX_DATA_LENGTH)
  } catch {
    // What nests deeper than the stack can be parsed, but not written.
    return '(nested too deeply to be shown)'
  }
}
