import { open } from 'node:fs/promises'
import type { WebhookEvent } from '@complywise/webhooks'
import type { DeadLetter, DeadLetters } from '../engine/dead-letters.ts'

/** An event that was not forwarded at all, because its data are not what its type promises. */
export interface InvalidEvent {
  /** RFC 3339. */
  readonly at: string
  readonly event: WebhookEvent
  readonly code: 'data_invalid'
  /** Names fields by their path, and quotes no value. */
  readonly message: string
}

/** A file of dead letters, one JSON object a line. */
export interface DeadLetterFile extends DeadLetters {
  append(letter: DeadLetter | InvalidEvent): Promise<void>
}

/** The file at `path`, made when there is something to write, readable by its owner only. Several processes may share it. */
export function createDeadLetterFile(path: string): DeadLetterFile {
  return {
    async append(letter) {
      const file = await open(path, 'a', 0o600)
      try {
        // One write: lines of several processes do not mix.
        await file.write(`${JSON.stringify(letter)}\n`)
        await file.datasync()
      } finally {
        await file.close()
      }
    },
  }
}
