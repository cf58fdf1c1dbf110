import { join } from 'node:path'
import { type MemoryWatch, watchMemory } from './memory.ts'
import type { Scene } from './scene.ts'
import { type SenderProcess, startSender } from './sender-process.ts'

/** Several senders on one database, of which one after the other may be killed. */
export interface SenderFleet {
  /** One that runs now; not always the same. */
  any(): SenderProcess
  /** `kill -9` of one of them, and another is started in its place; resolves when that is ready. */
  killOne(
    random: () => number,
  ): Promise<{ readonly startedAt: number; readonly killedAt: number; readonly endedAt: number }>
  /** The memory of every life so far. */
  memory(): readonly (readonly number[])[]
  /** Asks all to stop; their exit codes. */
  stop(): Promise<readonly (number | null)[]>
}

/** Starts `count` senders with the same settings. */
export async function startFleet(
  scene: Scene,
  { env, count }: { readonly env: Readonly<Record<string, string>>; readonly count: number },
): Promise<SenderFleet> {
  const watches: MemoryWatch[] = []
  let lives = 0
  let turn = 0

  async function start(): Promise<SenderProcess> {
    lives += 1
    const sender = await startSender({ env, logPath: join(scene.directory, `sender-${lives}.log`) })
    watches.push(watchMemory(sender.pid))
    return sender
  }

  // One by one: the first brings the schema up to date.
  const senders: SenderProcess[] = []
  for (let index = 0; index < count; index += 1) senders.push(await start())
  scene.defer(() => Promise.all(senders.map((sender) => sender.stop())))

  return {
    any() {
      turn += 1
      const sender = senders[turn % senders.length]
      if (sender === undefined) throw new Error('There is no sender')
      return sender
    },
    async killOne(random) {
      const index = Math.floor(random() * senders.length)
      const victim = senders[index]
      if (victim === undefined) throw new Error('There is no sender')
      const killedAt = Date.now()
      const { at: endedAt } = await victim.kill()
      senders[index] = await start()
      return { startedAt: victim.startedAt, killedAt, endedAt }
    },
    memory: () => watches.map((watch) => watch.samples),
    async stop() {
      for (const watch of watches) watch.stop()
      const ends = await Promise.all(senders.map((sender) => sender.stop()))
      return ends.map((end) => end.code)
    },
  }
}
