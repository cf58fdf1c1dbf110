import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Course } from './course.ts'

/** A request on its way to a process. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the processes say to each other. */
export type Question = Delivery & { readonly id: number }
export type Answer = { readonly id: number; readonly status: number; readonly body: string }

/** A process that receives events. */
export interface Racer {
  /** Resolves with what was replied, or with nothing once the process is dead or takes too long to answer. */
  receive(delivery: Delivery): Promise<Answer | undefined>
  /** kill -9 */
  kill(): Promise<void>
  /** Holds the process up for so long. */
  pause(ms: number): Promise<void>
}

/** As senders have one. */
const TIMEOUT_MS = 1000

/** Starts a process, which is ready when this resolves. */
export async function startRacer(course: Course): Promise<Racer> {
  const child = fork(join(import.meta.dirname, '../race-worker.ts'), [JSON.stringify(course)], {
    execArgv: [...process.execArgv, '--disable-warning=ExperimentalWarning'],
  })
  await ready(child)
  const asked = new Map<number, (answer: Answer | undefined) => void>()
  let lastId = 0
  child.on('message', (answer: Answer) => asked.get(answer.id)?.(answer))
  child.on('exit', () => {
    for (const resolve of asked.values()) resolve(undefined)
  })

  return {
    async receive(delivery) {
      const id = (lastId += 1)
      const timer = setTimeout(() => asked.get(id)?.(undefined), TIMEOUT_MS)
      try {
        return await new Promise((resolve) => {
          asked.set(id, resolve)
          const question: Question = { id, ...delivery }
          child.send(question, (error) => error && resolve(undefined))
        })
      } finally {
        clearTimeout(timer)
        asked.delete(id)
      }
    },
    async kill() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    async pause(ms) {
      child.kill('SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, ms))
      child.kill('SIGCONT')
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`A process of the race ended with ${String(code)} before it was ready`)
  })
  await Promise.race([once(child, 'message'), failed])
  failed.catch(() => undefined)
}
