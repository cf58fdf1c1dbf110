import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { StageFacts } from './stage/start-stage.ts'

/** `scripts/stage.ts` in a process of its own: the stage that people look at. */
export interface StageProcess {
  /** Rejects when it ends before it is set, with what it said. */
  readonly facts: Promise<StageFacts>
  /** Takes it down, with its database. */
  stop(): Promise<void>
}

const script = join(import.meta.dirname, '../../../scripts/stage.ts')

/** Starts a stage on a free port. */
export function startStageProcess(args: readonly string[] = []): StageProcess {
  const child = spawn(process.execPath, ['--conditions=@complywise/source', script, '--port=0', ...args], {
    // By the channel it knows when this process is gone, however that ended.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('The stage has no output')
  const ended = once(child, 'exit')
  const complaints = text(stderr)
  const facts = Promise.withResolvers<StageFacts>()
  let printed = ''
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk
    if (printed.endsWith('}\n')) facts.resolve(JSON.parse(printed))
  })
  void ended.then(async () => facts.reject(new Error(`The stage has ended: ${await complaints}`)))
  facts.promise.catch(() => {})
  return {
    facts: facts.promise,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
