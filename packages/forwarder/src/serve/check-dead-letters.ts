import type { ReadinessCheck } from '@complywise/service'
import type { DeadLetterFile } from './dead-letter-file.ts'

/** Whether what can never be told could be put aside. */
export function checkDeadLetters(deadLetters: Pick<DeadLetterFile, 'probe'>): ReadinessCheck {
  return async () => {
    try {
      await deadLetters.probe()
      return { status: 'ok' }
    } catch (error) {
      return {
        status: 'unavailable',
        detail: error instanceof Error ? error.message : 'dead_letters_unusable',
      }
    }
  }
}
