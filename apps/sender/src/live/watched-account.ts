import type { Logger } from '@complywise/service'
import type { Delivery, DeliveryStore } from '../store/deliveries.ts'
import { type ResetReason, type Viewer, wants } from './viewer.ts'

/** An account whose Delivery Log somebody views in this process. */
export interface WatchedAccount {
  readonly viewers: Set<Viewer>
  /** These deliveries changed, this account's among them; `undefined` for too many to name. */
  changed(ids: readonly string[] | undefined): void
  /** Something was published, perhaps for this account. */
  published(): void
  reset(reason: ResetReason): void
  close(): void
}

const GATHER_MS = 100
const PAGE = 100
const REMEMBERED = 1000
// A transaction that commits late has older ids.
const LOOK_BACK_MS = 5000

/** Reads what changed, all that changes in 100 ms at once, and shows it to the viewers. */
export function watchAccount(accountId: string, deliveries: DeliveryStore, logger: Logger): WatchedAccount {
  const viewers = new Set<Viewer>()
  const shown = new Map<string, string>()
  const waiting = new Set<string>()
  let hasNew = false
  let readFrom = new Date(Date.now() - LOOK_BACK_MS)
  let gathering: NodeJS.Timeout | undefined
  let isClosed = false

  function gather(): void {
    if (!isClosed) gathering ??= setTimeout(() => void showWaiting(), GATHER_MS)
  }

  async function showWaiting(): Promise<void> {
    try {
      await showChanged()
      if (hasNew) await showNew()
    } catch (err) {
      logger.warn({ err }, 'reading changes for live views failed')
      reset('interrupted')
    }
    gathering = undefined
    if (waiting.size > 0 || hasNew) gather()
  }

  async function showChanged(): Promise<void> {
    const ids = [...waiting].slice(0, PAGE)
    for (const id of ids) waiting.delete(id)
    if (ids.length > 0) show((await deliveries.list(accountId, { ids }, { limit: PAGE })).items)
  }

  async function showNew(): Promise<void> {
    hasNew = false
    const since = readFrom
    readFrom = new Date(Date.now() - LOOK_BACK_MS)
    const { items } = await deliveries.list(accountId, { since }, { limit: PAGE })
    const isFirstUnknown = items.length === PAGE && items.every(({ id }) => !shown.has(id))
    show(items)
    if (isFirstUnknown) reset('too_many_changes')
  }

  function show(items: readonly Delivery[]): void {
    for (const delivery of items.toReversed()) {
      const version = `${delivery.status} ${delivery.attemptCount} ${delivery.nextAttemptAt?.getTime()}`
      if (shown.get(delivery.id) === version) continue
      shown.delete(delivery.id)
      shown.set(delivery.id, version)
      for (const viewer of viewers) if (wants(viewer, delivery)) viewer.show(delivery)
    }
    // The first entries of a Map are its oldest.
    for (const id of [...shown.keys()].slice(0, Math.max(0, shown.size - REMEMBERED))) shown.delete(id)
  }

  function reset(reason: ResetReason): void {
    waiting.clear()
    for (const viewer of viewers) viewer.reset(reason)
  }

  return {
    viewers,
    reset,
    changed(ids) {
      if (ids === undefined) return reset('too_many_changes')
      for (const id of ids) waiting.add(id)
      gather()
    },
    published() {
      hasNew = true
      gather()
    },
    close() {
      isClosed = true
      clearTimeout(gathering)
    },
  }
}
