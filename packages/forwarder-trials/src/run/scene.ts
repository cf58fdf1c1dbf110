import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a trial takes place: a directory of its own, and what has to be undone afterwards. */
export interface Scene {
  /** Empty at first; kept when a promise was broken, for the logs and the ledger in it. */
  readonly directory: string
  /** Has `undo` run at the end, however the trial ends; the last one first. */
  defer(undo: () => unknown): void
  /** Tells how far the trial is. */
  progress(line: string): void
  /** Undoes everything; `isKept` leaves the directory. */
  leave(isKept: boolean): Promise<void>
}

/** @param tell where progress goes. */
export async function openScene(name: string, tell: (line: string) => void = () => {}): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), `complywise-trial-${name}-`))
  const undos: (() => unknown)[] = []
  const beganAt = performance.now()
  return {
    directory,
    defer(undo) {
      undos.unshift(undo)
    },
    progress(line) {
      const seconds = ((performance.now() - beganAt) / 1000).toFixed(1)
      tell(`${seconds.padStart(6)} s  ${line}`)
    },
    async leave(isKept) {
      for (const undo of undos.splice(0)) {
        try {
          await undo()
        } catch (error) {
          tell(`Could not clean up: ${String(error)}`)
        }
      }
      if (isKept) tell(`The logs and the ledger are in ${directory}.`)
      else await rm(directory, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
