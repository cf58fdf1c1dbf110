import type { WebhookEvent } from '@complywise/webhooks'
import type { Step } from '../domain/step.ts'

/** What can never be delivered as it is: kept for people, who replay it once the reason is gone. */
export interface DeadLetter {
  /** RFC 3339. */
  readonly at: string
  readonly event: WebhookEvent
  readonly target: string
  readonly key: string | undefined
  readonly action: Step['action']
  readonly stepId: string
  readonly operation: string
  /** `slack_invalid_blocks`. */
  readonly code: string
  readonly message: string
}

/** Where dead letters go. */
export interface DeadLetters {
  /** Resolves once it is on the disk. A rejection makes the event a `retry`. */
  append(letter: DeadLetter): Promise<void>
}
