import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@complywise/service'
import { createTaskLocks, type TaskLocks } from './task-locks.ts'
import type { Task } from './task.ts'

/** What {@link runTasks} works with. */
export interface TaskRunnerOptions {
  readonly tasks: readonly Task[]
  readonly connectionString: string
  readonly logger: Logger
  readonly observer?: TaskObserver
}

/** Told of every run in this process. */
export interface TaskObserver {
  ran(task: string, isDone: boolean, tookMs: number): void
}

/** Tasks that are being run. */
export interface TaskRunner {
  /** Begins no run, aborts those under way and resolves when they have ended. */
  stop(): Promise<void>
}

const FIRST_RETRY_MS = 1000

/**
 * Runs each task at once and then again and again, each on its own schedule. Of all the processes that share the
 * database, one at a time runs a task; the others look again after {@link Task.everyMs}.
 *
 * A run that fails is logged and tried again: after a second, then twice as long each time, up to the task's period.
 */
export function runTasks({ tasks, connectionString, logger, observer }: TaskRunnerOptions): TaskRunner {
  const stopping = new AbortController()
  const locks = createTaskLocks(connectionString, logger)
  const ended = Promise.all(tasks.map((task) => repeat({ task, locks, logger, observer }, stopping.signal)))
  return {
    async stop() {
      stopping.abort()
      await ended
      await locks.close()
    },
  }
}

interface Repeated {
  readonly task: Task
  readonly locks: TaskLocks
  readonly logger: Logger
  readonly observer: TaskObserver | undefined
}

async function repeat(repeated: Repeated, stopping: AbortSignal): Promise<void> {
  const { task, logger } = repeated
  let failures = 0
  while (!stopping.aborted) {
    try {
      const hasMore = await runOnce(repeated, stopping)
      failures = 0
      if (!hasMore) await pause(task.everyMs, stopping)
    } catch (err) {
      if (stopping.aborted) return
      logger.error({ err, task: task.name }, 'a maintenance task failed')
      await pause(Math.min(FIRST_RETRY_MS * 2 ** failures, task.everyMs), stopping)
      failures += 1
    }
  }
}

/** Whether there is more to do right now. */
async function runOnce({ task, locks, observer }: Repeated, stopping: AbortSignal): Promise<boolean> {
  const lock = await locks.tryTake(task.name)
  if (lock === undefined) return false
  if (stopping.aborted) {
    await lock.release()
    return false
  }
  const startedAt = performance.now()
  let isDone = false
  try {
    const hasMore = await task.run(AbortSignal.any([stopping, lock.lost]))
    isDone = true
    return hasMore
  } finally {
    // What was cut short by a stop is no failure.
    if (isDone || !stopping.aborted) observer?.ran(task.name, isDone, performance.now() - startedAt)
    await lock.release()
  }
}

async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined)
}
