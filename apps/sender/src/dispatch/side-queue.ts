/** Work that would keep other work waiting, done lane by lane, one lane at a time. */
export interface SideQueue<Entry> {
  put(entries: readonly Entry[]): void
  /** Whether anything of that lane is here; then what comes later belongs here too. */
  has(lane: string): boolean
}

/** What a side queue works with. */
export interface SideQueueOptions<Entry> {
  readonly laneOf: (entry: Entry) => string
  /** Does the work of one lane, and resolves with what could not be done yet. Never rejects. */
  readonly work: (entries: readonly Entry[]) => Promise<readonly Entry[]>
  /** How many entries are worked on together at most. */
  readonly maxBatch: number
  /** Resolves when a lane that could not be done is to be tried again. */
  readonly pause: () => Promise<void>
}

/** A queue whose lanes that were not tried yet come before those that could not be done. */
export function createSideQueue<Entry>(options: SideQueueOptions<Entry>): SideQueue<Entry> {
  const { laneOf, work, maxBatch, pause } = options
  const lanes = new Map<string, Entry[]>()
  const untried = new Set<string>()
  const again = new Set<string>()
  let isRunning = false

  function put(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const lane = laneOf(entry)
      const waiting = lanes.get(lane)
      if (waiting !== undefined) {
        waiting.push(entry)
        continue
      }
      lanes.set(lane, [entry])
      untried.add(lane)
    }
    if (!isRunning) void run()
  }

  async function run(): Promise<void> {
    isRunning = true
    for (let lane = next(); lane !== undefined; lane = next()) await serve(lane)
    isRunning = false
  }

  function next(): string | undefined {
    const line = untried.size > 0 ? untried : again
    const [lane] = line
    if (lane !== undefined) line.delete(lane)
    return lane
  }

  async function serve(lane: string): Promise<void> {
    const waiting = lanes.get(lane) ?? []
    const left = await work(waiting.splice(0, maxBatch))
    waiting.unshift(...left)
    if (left.length > 0) void pause().then(() => tryAgain(lane))
    else if (waiting.length > 0) untried.add(lane)
    else lanes.delete(lane)
  }

  function tryAgain(lane: string): void {
    again.add(lane)
    if (!isRunning) void run()
  }

  return { put, has: (lane) => lanes.has(lane) }
}
