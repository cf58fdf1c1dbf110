import { setTimeout as delay } from 'node:timers/promises'
import type { ChaosDatabase } from './databases.ts'
import type { SenderProcess } from './sender-process.ts'

/** What is killed with `kill -9`. Of the embedded server the main process, so that nothing of it can go on for long. */
export type Victim = 'sender' | 'database' | 'sender and database'

/** One crash: whose work was cut off, and when. Instants in milliseconds since the epoch. */
export interface Crash {
  /** 1-based. */
  readonly round: number
  readonly victim: Victim
  readonly killedAt: number
  /** The life of the sender that ended with it: what it had claimed and not settled is attempted again. */
  readonly startedAt: number
  readonly endedAt: number
}

/** A sender that has lost its database ends by itself within this. */
const ENDING_MS = 60_000

/**
 * Kills, and waits until the sender has ended: at once, or by itself where only its database was killed.
 *
 * @throws {Error} when it does not end.
 */
export async function crash(
  round: number,
  victim: Victim,
  sender: SenderProcess,
  database: ChaosDatabase,
): Promise<Crash> {
  const serverPid = victim === 'sender' ? undefined : await database.serverPid?.()
  if (victim !== 'sender' && serverPid === undefined) throw new Error('There is no server to kill')
  const killedAt = Date.now()
  if (serverPid !== undefined) process.kill(serverPid, 'SIGKILL')
  if (victim !== 'database') await sender.kill()
  const end = await Promise.race([sender.ended, delay(ENDING_MS, undefined, { ref: false })])
  if (end === undefined) throw new Error(`The sender went on for ${ENDING_MS} ms without its database`)
  return { round, victim, killedAt, startedAt: sender.startedAt, endedAt: end.at }
}
