import { availableParallelism, cpus, loadavg } from 'node:os'

/** What the figures depend on. */
export interface Environment {
  readonly runtime: string
  readonly platform: string
  readonly processor: string
  /** Average number of busy processes over the last minute, before the run. More than none makes figures smaller. */
  readonly load: string
}

/** Describes the machine and the runtime. */
export function describeEnvironment(): Environment {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return {
    runtime: `Node ${process.versions.node}`,
    platform: `${process.platform} ${process.arch}`,
    processor: `${availableParallelism()} × ${model}`,
    load: `load ${loadavg()[0]?.toFixed(1)}`,
  }
}
