import { fieldOf } from '../delivery/deliver-all.ts'
import type { Answer } from '../delivery/send-signed.ts'
import type { Destination } from '../destinations/destination.ts'
import type { PlannedEvent, TrialEvent } from '../events/trial-event.ts'
import { countUp } from '../run/report.ts'

/** Compares what answers say with what the destination holds at that moment. */
export interface AnswerWatch {
  see(event: TrialEvent, answer: Answer | undefined): void
  /** How many answers said that something was delivered and could be compared. */
  compared(): number
  /** Requests to the destination so far, by operation. */
  requests(): Readonly<Record<string, number>>
  broken(): readonly string[]
}

/** A watch over the answers to `events`. */
export function watchAnswers(destination: Destination, events: readonly PlannedEvent[]): AnswerWatch {
  const planned = new Map(events.map((each) => [each.event.event_id, each]))
  const broken: string[] = []
  let compared = 0

  function isNamed(key: string): boolean {
    const id = key.slice(key.lastIndexOf(':') + 1)
    const pattern = new RegExp(`\\b${id}\\b`, 'i')
    return destination.texts().some((text) => pattern.test(text))
  }

  return {
    see({ event, event_id }, answer) {
      const plan = planned.get(event_id)
      if (plan === undefined || !saysDelivered(answer)) return
      planned.delete(event_id)
      const [mark] = plan.marks
      if (event === 'compliance.control_failed' && mark?.says === 'fails') {
        compared += 1
        // A message that others share may show less of it for a moment, but never nothing.
        if (!isNamed(mark.key)) broken.push(`${mark.key} was answered as delivered, but nothing was there.`)
      }
      if (plan.news !== undefined && destination.app === 'slack') {
        compared += 1
        const { news } = plan
        if (!destination.texts().some((text) => text.includes(news)))
          broken.push(`${event} ${event_id} was answered as delivered, but nothing was there.`)
      }
    },
    compared: () => compared,
    requests() {
      const counts: Record<string, number> = {}
      for (const { operation } of destination.fake.requests) countUp(counts, operation)
      return counts
    },
    broken: () => broken,
  }
}

function saysDelivered(answer: Answer | undefined): boolean {
  if (answer?.status !== 200 || fieldOf(answer.body, 'status') !== 'processed') return false
  const { body } = answer
  if (typeof body !== 'object' || body === null || !('steps' in body) || !Array.isArray(body.steps))
    return false
  return body.steps.length > 0 && body.steps.every((step: unknown) => fieldOf(step, 'result') === 'delivered')
}
