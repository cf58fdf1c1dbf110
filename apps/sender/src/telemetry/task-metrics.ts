import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { TaskObserver } from '../maintenance/run-tasks.ts'
import { DURATION_BUCKETS, PREFIX } from './create-registry.ts'

/** Counts the runs of maintenance tasks in this process. */
export function createTaskMetrics(registry: Registry): TaskObserver {
  const registers = [registry]
  const runs = new Counter({
    name: `${PREFIX}task_runs_total`,
    help: 'Runs of maintenance tasks in this process, by result: done or failed.',
    labelNames: ['task', 'result'],
    registers,
  })
  const durations = new Histogram({
    name: `${PREFIX}task_duration_seconds`,
    help: 'Duration of runs of maintenance tasks.',
    labelNames: ['task'],
    buckets: DURATION_BUCKETS,
    registers,
  })
  const lastDone = new Gauge({
    name: `${PREFIX}task_last_done_timestamp_seconds`,
    help: 'When this process last did a maintenance task, in seconds since the epoch.',
    labelNames: ['task'],
    registers,
  })
  return {
    ran(task, isDone, tookMs) {
      runs.inc({ task, result: isDone ? 'done' : 'failed' })
      durations.observe({ task }, tookMs / 1000)
      if (isDone) lastDone.set({ task }, Date.now() / 1000)
    },
  }
}
