import type { Call, Effect } from '@complywise/forwarder'
import type { JiraRemote } from '../remote.ts'
import { followIssue } from './sweep-duplicates.ts'
import type { Work } from './work.ts'

/** Sweeps for duplicates at each step of an alert, and once more at any later step of whichever alert. */
export interface Sweeper {
  sweep(work: Work, call: Call<JiraRemote>): Promise<Effect<JiraRemote>>
}

interface Later {
  readonly work: Work
  readonly remote: JiraRemote
  readonly attempts: number
}

const mostWaiting = 1_000
const mostAtOnce = 2
const mostAttempts = 5

/**
 * A sweeper for one process.
 *
 * What was swept while search could still be behind is remembered, and swept again along with the next step after that
 * time, so that a duplicate does not have to wait for the next event of its own alert; the alert's own next step does not
 * sweep once more then. The memory is only an optimization: after a restart the alert's own next step sweeps.
 */
export function createSweeper(): Sweeper {
  const waiting = new Map<string, Later>()
  /** By name, the issue that was swept along with the step of another alert. */
  const swept = new Map<string, Pick<JiraRemote, 'id' | 'since'>>()
  return {
    async sweep(work, call) {
      const name = `${work.target.project} ${work.alert.key}`
      const effect =
        call.remote === undefined ? {} : await followIssue(work, known(name, call.remote), call.signal)
      const remote = effect.remote
      waiting.delete(name)
      swept.delete(name)
      if (remote !== undefined && !remote.isSwept) put(name, { work, remote, attempts: 0 })
      await sweepOthers(call.signal)
      return effect
    },
  }

  function known(name: string, remote: JiraRemote): JiraRemote {
    const one = swept.get(name)
    return one?.id === remote.id && one.since === remote.since ? { ...remote, isSwept: true } : remote
  }

  function put(name: string, later: Later): void {
    const [oldest] = waiting.keys()
    if (waiting.size >= mostWaiting && oldest !== undefined) waiting.delete(oldest)
    waiting.set(name, later)
  }

  async function sweepOthers(signal: AbortSignal): Promise<void> {
    const due = [...waiting].filter(([, { work, remote }]) => isDue(work, remote)).slice(0, mostAtOnce)
    for (const [name, { work, remote, attempts }] of due) {
      waiting.delete(name)
      try {
        const { remote: now } = await followIssue(work, remote, signal)
        if (now?.isSwept === true && swept.size < mostWaiting) swept.set(name, now)
      } catch {
        // The step that this came along with has nothing to do with it: it is tried again with another one.
        if (attempts + 1 < mostAttempts) put(name, { work, remote, attempts: attempts + 1 })
      }
    }
  }
}

function isDue({ place }: Work, remote: JiraRemote): boolean {
  return place.now() >= Date.parse(remote.since) + place.settleMs
}
