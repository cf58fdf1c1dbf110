import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second here. */
const MS_PER_TICK = 10

interface ProcessStat {
  readonly command: string
  readonly parentPid: number
  readonly ownMs: number
  /** Of children that ended and were waited for. */
  readonly endedChildrenMs: number
}

/** Processor time that a process has used so far, in milliseconds; NaN where there is no /proc. */
export function processorTimeOf(pid: number): number {
  return readStat(pid)?.ownMs ?? Number.NaN
}

/**
 * A meter of the processor time that a PostgreSQL server has used so far, in milliseconds: all of its processes, those
 * that ended too.
 *
 * @param backendPid of a connection that is open now. If there is no such process here, because the server is on another
 * machine, the meter says NaN.
 */
export function meterPostgres(backendPid: number): () => number {
  const backend = readStat(backendPid)
  const postmasterPid = backend?.command === 'postgres' ? backend.parentPid : undefined
  return () => {
    const postmaster = postmasterPid === undefined ? undefined : readStat(postmasterPid)
    if (postmaster === undefined) return Number.NaN
    return readdirSync('/proc')
      .map((name) => (/^\d+$/.test(name) ? readStat(Number(name)) : undefined))
      .filter((process) => process?.parentPid === postmasterPid)
      .reduce((total, child) => total + (child?.ownMs ?? 0), postmaster.ownMs + postmaster.endedChildrenMs)
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: number): ProcessStat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The command stands in parentheses and may hold anything; what follows starts with field 3.
  const end = text.lastIndexOf(')')
  const field = text.slice(end + 2).split(' ')
  const ticks = (number: number) => Number(field[number - 3]) * MS_PER_TICK
  return {
    command: text.slice(text.indexOf('(') + 1, end),
    parentPid: Number(field[1]),
    ownMs: ticks(14) + ticks(15),
    endedChildrenMs: ticks(16) + ticks(17),
  }
}
