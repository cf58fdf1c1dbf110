import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodes } from '@complywise/service'
import { printReport, type Report } from './report.ts'

/** Where a run takes place: a directory of its own, and what has to be undone afterwards. */
export interface Scene {
  /** Empty at first; kept when a promise was broken, for the logs and the ledger in it. */
  readonly directory: string
  /** Has `undo` run at the end, however the run ends; the last one first. */
  defer(undo: () => Promise<unknown>): void
  /** Tells on stderr how far the run is. */
  progress(line: string): void
}

/**
 * Runs a chaos program: in a directory of its own, with its report printed and everything undone at the end.
 *
 * @returns the exit code: 0 when every promise was kept, 1 when one was broken or the run itself failed.
 */
export async function playScene(
  name: string,
  json: boolean,
  play: (scene: Scene) => Promise<Report>,
): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), `complywise-${name}-`))
  // The embedded server of a sender that is root runs as another account, which has to pass through.
  await chmod(directory, 0o711)
  const undos: (() => Promise<unknown>)[] = []
  const began = Date.now()
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`Interrupted by ${signal}.`)))
    }
  })
  const scene: Scene = {
    directory,
    defer: (undo) => void undos.unshift(undo),
    progress(line) {
      const seconds = ((Date.now() - began) / 1000).toFixed(1)
      process.stderr.write(`${seconds.padStart(6)} s  ${line}\n`)
    },
  }
  let code: number = exitCodes.failure
  try {
    const report = await Promise.race([play(scene), interrupted])
    printReport(report, json)
    code = report.broken.length === 0 ? exitCodes.ok : exitCodes.failure
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  }
  for (const undo of undos) await undo().catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
  if (code === exitCodes.ok) await rm(directory, { recursive: true, force: true })
  else process.stderr.write(`The logs and the ledger are in ${directory}.\n`)
  return code
}
