import type { EventOf } from '@complywise/webhooks'
import type { Settings } from '../../config/settings.ts'
import { canonical, controlKey } from '../correlation-key.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import type { Subject } from '../subject.ts'
import { nameFrom, present } from './text.ts'

/**
 * The status decides, whatever the event is called: a passing one is a recovery. One that the configuration does not list
 * is taken for failing, and that is said.
 */
export function interpretControlFailed(
  { data }: EventOf<'compliance.control_failed'>,
  memory: Memory,
  settings: Settings,
): Interpretation {
  const { control_id: controlId, framework, previous_status: previous, new_status: status } = data
  const subject = controlSubject(settings, framework, controlId)
  const newStatus = nameFrom(status) ?? UNNAMED
  const isFailing = isListed(settings.statuses.failing, status)
  if (!isFailing && isListed(settings.statuses.passing, status)) {
    const facts = { kind: 'recovered', proof: 'status', newStatus } as const
    return { readings: [{ kind: 'recovery', subject, facts }], memory }
  }
  const previousStatus = nameFrom(previous) ?? UNNAMED
  const facts = { kind: 'control_failed', previousStatus, newStatus, isUnknownStatus: !isFailing } as const
  return { readings: [{ kind: 'problem', subject, severity: 'warning', facts }], memory }
}

/** The subject of a control. */
export function controlSubject(settings: Settings, framework: string, controlId: string): Subject {
  return {
    kind: 'control',
    key: controlKey(settings, framework, controlId),
    labels: present({ framework: nameFrom(framework), controlId: nameFrom(controlId) }),
  }
}

/** What an empty status is called. */
const UNNAMED = 'no status'

function isListed(statuses: readonly string[], status: string): boolean {
  const wanted = comparable(status)
  return statuses.some((listed) => comparable(listed) === wanted)
}

// `Non-Compliant` and `non compliant` mean `non_compliant`.
function comparable(status: string): string {
  return canonical(status).replaceAll(/[\s_-]+/gu, '_')
}
