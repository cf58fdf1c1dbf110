/** What a loop sleeps on. */
export interface Alarm {
  /** Ends the current {@link wait}, or the next one at once. */
  ring(): void
  /** Waits for {@link ring}, at most `ms`. */
  wait(ms: number): Promise<void>
  /** Waits for `ms`, whatever rings. */
  pause(ms: number): Promise<void>
}

const LONGEST_WAIT_MS = 60_000

/** An alarm for one loop. */
export function createAlarm(): Alarm {
  let isRinging = false
  let end: (() => void) | undefined
  return {
    ring() {
      isRinging = true
      end?.()
    },
    async wait(ms) {
      if (!isRinging && ms > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(ms, LONGEST_WAIT_MS))
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      isRinging = false
      end = undefined
    },
    async pause(ms) {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
    },
  }
}
