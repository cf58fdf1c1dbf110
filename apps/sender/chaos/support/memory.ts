import { readFileSync } from 'node:fs'

/** How much memory a process takes, over time. */
export interface MemoryWatch {
  /** Resident bytes, a sample a second, in order. */
  readonly samples: readonly number[]
  stop(): void
}

/** Watches a process until it ends. Needs Linux; elsewhere there are no samples. */
export function watchMemory(pid: number): MemoryWatch {
  const samples: number[] = []
  const timer = setInterval(() => {
    const bytes = residentBytes(pid)
    if (bytes !== undefined) samples.push(bytes)
  }, 1000)
  return { samples, stop: () => clearInterval(timer) }
}

function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
