/** How calls that wait for the same thing are put together and kept apart. */
export interface LaneOptions<Item, Outcome> {
  /** Between the beginnings of two calls. */
  readonly spacingMs: number
  /** Whoever would have to wait this long is turned away at once. */
  readonly maxWaitMs: number
  readonly now: () => number
  /** How many of those that wait, counted from the first, are carried by one call; at least one. All have the same `group`. */
  fit(items: readonly Item[]): number
  /** Only items of the same group are joined. */
  group(item: Item): string
  /** The call itself. `signal` aborts once nobody waits for it any more. */
  carry(items: readonly Item[], signal: AbortSignal): Promise<Outcome>
  /** What an error of a call means for the lane: a pause, or that the joined items are to be carried one by one. */
  afterError(error: unknown): { readonly pauseMs?: number; readonly isolates?: boolean }
  /** The error for an item that was not carried, as no turn came in time. */
  busy(retryAfterMs: number): Error
  /** The error for an item whose signal aborted while its call was under way. */
  lost(): Error
}

/** A queue in front of one channel, or of one message: one call at a time, which carries whatever waits by then. */
export interface Lane<Item, Outcome> {
  /** Resolves with the outcome of the call that carried the item. Rejects when `signal` aborts before that. */
  add(item: Item, signal: AbortSignal): Promise<Outcome>
}

interface Entry<Item, Outcome> {
  readonly item: Item
  readonly signal: AbortSignal
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: unknown) => void
  readonly forget: () => void
  isAlone: boolean
}

/** `onIdle` is called once the lane has nothing to remember: nothing waits, is under way, or has to keep a distance. */
export function createLane<Item, Outcome>(
  options: LaneOptions<Item, Outcome>,
  onIdle: () => void = () => {},
): Lane<Item, Outcome> {
  const { now, spacingMs, maxWaitMs } = options
  let waiting: Entry<Item, Outcome>[] = []
  let underWay: readonly Entry<Item, Outcome>[] = []
  let call = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let pause = { since: now(), ms: 0 }

  return {
    async add(item, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted || remainingMs() >= maxWaitMs) {
          reject(options.busy(remainingMs()))
          schedule()
          return
        }
        const onAbort = (): void => {
          giveUp(entry)
        }
        const entry: Entry<Item, Outcome> = {
          item,
          signal,
          resolve,
          reject,
          isAlone: false,
          forget() {
            signal.removeEventListener('abort', onAbort)
          },
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiting.push(entry)
        schedule()
      })
    },
  }

  function remainingMs(): number {
    // A clock that was set back must not make anybody wait longer than was asked.
    return Math.min(Math.max(pause.since + pause.ms - now(), 0), pause.ms)
  }

  function schedule(): void {
    if (underWay.length > 0) return
    clearTimeout(timer)
    const remaining = remainingMs()
    if (waiting.length > 0) timer = setTimeout(() => void run(), remaining)
    else if (remaining === 0) onIdle()
    // Remembers the pause until its end, which is nothing to keep a process running for.
    else timer = setTimeout(schedule, remaining).unref()
  }

  async function run(): Promise<void> {
    const taken = take()
    if (taken.length === 0) {
      schedule()
      return
    }
    underWay = taken
    call = new AbortController()
    pause = { since: now(), ms: spacingMs }
    try {
      const outcome = await options.carry(
        taken.map(({ item }) => item),
        call.signal,
      )
      for (const entry of taken) settle(entry, () => entry.resolve(outcome))
    } catch (error) {
      fail(taken, error)
    }
    underWay = []
    schedule()
  }

  function take(): readonly Entry<Item, Outcome>[] {
    const [first] = waiting
    if (first === undefined) return []
    const group = options.group(first.item)
    const joinable = first.isAlone
      ? [first]
      : waiting.filter(({ item, isAlone }) => !isAlone && options.group(item) === group)
    const taken = joinable.slice(0, Math.max(1, options.fit(joinable.map(({ item }) => item))))
    waiting = waiting.filter((entry) => !taken.includes(entry))
    return taken
  }

  function fail(taken: readonly Entry<Item, Outcome>[], error: unknown): void {
    const { pauseMs, isolates = false } = options.afterError(error)
    if (isolates && taken.length > 1) {
      const alive = taken.filter(({ signal }) => !signal.aborted)
      for (const entry of alive) entry.isAlone = true
      waiting = [...alive, ...waiting]
      return
    }
    for (const entry of taken) settle(entry, () => entry.reject(error))
    if (pauseMs === undefined) return
    pause = { since: now(), ms: Math.max(pauseMs, spacingMs) }
    if (pause.ms < maxWaitMs) return
    const turnedAway = waiting
    waiting = []
    for (const entry of turnedAway) settle(entry, () => entry.reject(options.busy(pause.ms)))
  }

  function giveUp(entry: Entry<Item, Outcome>): void {
    if (waiting.includes(entry)) {
      waiting = waiting.filter((other) => other !== entry)
      settle(entry, () => entry.reject(options.busy(remainingMs())))
      return
    }
    settle(entry, () => entry.reject(options.lost()))
    if (underWay.every(({ signal }) => signal.aborted)) call.abort()
  }

  /** A promise settles once; what comes later is nobody's business any more. */
  function settle(entry: Entry<Item, Outcome>, how: () => void): void {
    entry.forget()
    how()
  }
}
