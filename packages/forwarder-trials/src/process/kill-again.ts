import { setTimeout as delay } from 'node:timers/promises'
import type { Destination } from '../destinations/destination.ts'
import type { Random } from '../run/random.ts'
import { countUp } from '../run/report.ts'
import { type CrashWindow, crashWindows, isRemoteWindow } from './crash-windows.ts'
import type { ForwarderHome } from './forwarder-home.ts'
import { type ForwarderProcess, startForwarder } from './forwarder-process.ts'

/** How a forwarder is killed, and how often. */
export interface KillOptions {
  readonly home: ForwarderHome
  readonly destination: Destination
  readonly kills: number
  readonly random: Random
  /** How much of the work is done, 0 to 1; no kill comes later than its share of it. */
  readonly progress: () => number
  readonly onKill?: (done: number) => void
}

/** What became of it. */
export interface Killed {
  /** By where it was: a window, or `anywhere`. */
  readonly counts: Readonly<Record<string, number>>
  /** The life after the last kill, which nobody ends. */
  readonly survivor: ForwarderProcess
}

/** Beyond it a place of the work that is not reached is given up. */
const patienceMs = 20_000

/** Kills a forwarder and starts it again at once: every second time at a random moment, else at a window, in turn. */
export async function killAgain(options: KillOptions): Promise<Killed> {
  const { home, destination, kills, random, progress, onKill } = options
  const { app, fake } = destination
  const counts: Record<string, number> = {}
  const start = (crashAt?: string): Promise<ForwarderProcess> =>
    startForwarder({
      app,
      ...home,
      env: { ...home.env, ...(crashAt !== undefined && { TRIAL_CRASH_AT: crashAt }) },
      waitsFor: 'healthz',
      ...(crashAt !== undefined && { preload: 'crash-point' as const }),
    })

  for (let done = 0; done < kills; done += 1) {
    const window = done % 2 === 0 ? undefined : crashWindows[((done - 1) / 2) % crashWindows.length]
    const lastShare = (done + 1) / (kills + 1)
    const where = await live(window, lastShare)
    countUp(counts, where)
    onKill?.(done + 1)
  }
  return { counts, survivor: await start() }

  /** One life; returns where it ended. */
  async function live(window: CrashWindow | undefined, lastShare: number): Promise<string> {
    const nth = random.between(1, 4)
    const isLocal = window !== undefined && !isRemoteWindow(window)
    const forwarder = await start(isLocal ? `${window}:${nth}` : undefined)
    let isAimed = isLocal
    if (window !== undefined && isRemoteWindow(window)) {
      let left = nth
      fake.onRequest(async ({ stage }) => {
        if (stage !== window || forwarder.hasEnded()) return
        left -= 1
        if (left !== 0) return
        isAimed = true
        await forwarder.kill()
      })
    }
    const jitterMs = random.between(0, 400)
    const share = window === undefined ? lastShare * (0.97 + 0.03 * random.next()) : lastShare
    const endsAt = performance.now() + patienceMs
    while (!forwarder.hasEnded() && progress() < share && performance.now() < endsAt) await delay(5)
    if (!forwarder.hasEnded() && window === undefined) await delay(jitterMs)
    fake.onRequest(undefined)
    const killedItself = forwarder.hasEnded()
    if (!killedItself) await forwarder.kill()
    return window !== undefined && killedItself && isAimed ? window : 'anywhere'
  }
}
