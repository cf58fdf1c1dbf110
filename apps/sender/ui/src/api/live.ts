import type { Delivery } from './deliveries.ts'

/** What a stream of changes tells. */
export interface LiveWatcher {
  /** These deliveries were made or have changed; at most once per frame that the browser paints. */
  readonly changed: (deliveries: readonly Delivery[]) => void
  /** Changes may have been missed: the list has to be read again. */
  readonly reset: () => void
  readonly connection: (state: LiveConnection) => void
}

/**
 * `refused`: as many streams of the account are open as may be. `signed-out`: the session has ended. After `reconnecting` and
 * `refused` it is tried again.
 */
export type LiveConnection = 'connecting' | 'live' | 'reconnecting' | 'refused' | 'signed-out'

/** Which deliveries are watched. */
export interface LiveFilter {
  readonly subscription_id?: string
  readonly event?: string
}

const FIRST_WAIT_MS = 2000
const LONGEST_WAIT_MS = 30_000
/** Connections of a browser to one origin are few: a page that nobody sees gives its own back. */
const HIDDEN_MS = 10_000

/**
 * Watches deliveries, for as long as the page is visible, over every interruption.
 *
 * @returns how to end that.
 */
export function watchDeliveries(filter: LiveFilter, watcher: LiveWatcher): () => void {
  const query = new URLSearchParams(Object.entries(filter)).toString()
  const url = `/api/deliveries/live${query === '' ? '' : `?${query}`}`
  const gathered = new Map<string, Delivery>()
  let stream: EventSource | undefined
  let frame: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitMs = FIRST_WAIT_MS

  function connect(): void {
    disconnect()
    // Nothing is painted there, so what comes in would only be gathered.
    if (document.visibilityState === 'hidden') return
    const source = new EventSource(url)
    stream = source
    source.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS
      watcher.connection('live')
    })
    source.addEventListener('delivery', ({ data }) => gather(data))
    source.addEventListener('reset', () => watcher.reset())
    source.addEventListener('error', () => {
      watcher.connection('reconnecting')
      // It reconnects by itself after an interruption, but not after an answer that is no stream.
      if (source.readyState === EventSource.CLOSED) void askWhy(source)
    })
  }

  async function askWhy(source: EventSource): Promise<void> {
    const status = await statusOf(url)
    if (stream !== source) return
    disconnect()
    if (status === 401) return watcher.connection('signed-out')
    if (status === 429) watcher.connection('refused')
    timer = setTimeout(connect, waitMs)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }

  function disconnect(): void {
    clearTimeout(timer)
    stream?.close()
    stream = undefined
  }

  function gather(data: unknown): void {
    const delivery = parseDelivery(data)
    if (delivery === undefined) return
    gathered.set(delivery.id, delivery)
    frame ??= requestAnimationFrame(() => {
      frame = undefined
      const changed = [...gathered.values()]
      gathered.clear()
      watcher.changed(changed)
    })
  }

  function noticeVisibility(): void {
    if (document.visibilityState === 'hidden') {
      clearTimeout(timer)
      timer = setTimeout(disconnect, HIDDEN_MS)
    } else if (stream === undefined) {
      watcher.connection('reconnecting')
      connect()
    } else {
      clearTimeout(timer)
    }
  }

  document.addEventListener('visibilitychange', noticeVisibility)
  watcher.connection('connecting')
  connect()
  return () => {
    document.removeEventListener('visibilitychange', noticeVisibility)
    disconnect()
    if (frame !== undefined) cancelAnimationFrame(frame)
  }
}

// An event source does not tell what was answered.
async function statusOf(url: string): Promise<number> {
  const asking = new AbortController()
  try {
    return (await fetch(url, { signal: asking.signal })).status
  } catch {
    return 0
  } finally {
    asking.abort()
  }
}

function parseDelivery(data: unknown): Delivery | undefined {
  try {
    // The API's own words; only a proxy's would be anything else.
    const delivery: Delivery = JSON.parse(String(data))
    return typeof delivery.id === 'string' ? delivery : undefined
  } catch {
    return undefined
  }
}
