import { useNavigate, useRouter } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { Button } from '../components/button.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { strings } from '../strings/index.ts'
import { useIdLookup } from './filters/use-id-lookup.ts'
import { ArrivalAnnouncer } from './live/arrival-announcer.tsx'
import { KeysButton } from './live/keys-button.tsx'
import { LiveBar } from './live/live-bar.tsx'
import type { LogFeed } from './live/log-feed.ts'
import { useLive } from './live/use-live.ts'
import { useLogFeed } from './live/use-log-feed.ts'
import type { LogSearch } from './log-search.ts'
import { LogEmpty } from './table/log-empty.tsx'
import { LogEnd } from './table/log-end.tsx'
import type { LogRow } from './table/log-row.ts'
import { LogTable } from './table/log-table.tsx'
import { RowMenu } from './table/row-menu.tsx'
import { useMismatch } from './use-mismatch.ts'
import { useStoredFlag } from './use-stored-flag.ts'
import styles from './log-list.module.css'

/** What is listed. */
export interface LogListProps {
  readonly search: LogSearch
  readonly onSearch: (search: LogSearch) => void
  /** How often it was asked for what could not be loaded. */
  readonly retryCount: number
  readonly onRetry: () => void
}

/** The row that was opened last, of each list that is kept: one comes back to it. */
const activeIds = new WeakMap<LogFeed, string>()

/** The deliveries of a search, live. */
export function LogList({ search, onSearch, retryCount, onRetry }: LogListProps): ReactNode {
  const { feed, state } = useLogFeed(search)
  const connection = useLive(feed, search)
  const lookup = useIdLookup(search.id)
  const navigate = useNavigate()
  const router = useRouter()
  const [active, setActive] = useState<{ readonly feed: LogFeed; readonly id: string }>()
  const [menu, setMenu] = useState<{ readonly row: LogRow; readonly anchor: HTMLElement }>()
  const [isPaused, setIsPaused] = useState(false)
  const [isAway, setIsAway] = useState(false)
  const [hasLetterKeys, setHasLetterKeys] = useStoredFlag('log-keys', () => true)
  const section = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const { rows, phase, heldCount, isGapped } = state

  // Rows stay under an open menu, which has taken the keyboard out of them.
  const isHolding = isAway || menu !== undefined
  useEffect(() => feed.hold(isPaused ? 'all' : isHolding ? 'new' : 'nothing'), [feed, isPaused, isHolding])
  useEffect(() => {
    // Also when the stream tells that the sender can be reached again.
    if (feed.getState().phase === 'failed') void feed.readOlder()
  }, [feed, retryCount, connection])
  useEffect(() => {
    const first = section.current
    // Another list begins at its beginning; one that is come back to stays where it was.
    if (first && first.getBoundingClientRect().top < 0 && feed.getState().rows.length === 0)
      first.scrollIntoView()
  }, [feed])

  const activate = useCallback(
    (id: string) => {
      activeIds.set(feed, id)
      setActive({ feed, id })
    },
    [feed],
  )
  const open = useCallback(
    (deliveryId: string) => {
      activate(deliveryId)
      void navigate({ to: '/settings/webhooks/delivery-log/$deliveryId', params: { deliveryId } })
    },
    [activate, navigate],
  )
  const isMismatch = useMismatch(search)
  const readOlder = useCallback(() => void feed.readOlder(), [feed])

  function showNewest(): void {
    heading.current?.focus({ preventScroll: true })
    feed.release()
    section.current?.scrollIntoView()
  }

  // Where a row leads is at hand before it is pressed.
  function preload(): void {
    void router.preloadRoute({
      to: '/settings/webhooks/delivery-log/$deliveryId',
      params: { deliveryId: rows[0]?.id ?? '' },
    })
  }

  const { table } = strings.log
  const isEmpty = rows.length === 0 && phase === 'complete' && lookup?.kind !== 'looking'
  const isWaiting = rows.length === 0 && !isEmpty && phase !== 'failed' && phase !== 'stopped'
  return (
    <section ref={section} className={styles.section} aria-labelledby="log-heading" onPointerEnter={preload}>
      <div className={styles.bar}>
        <h2 id="log-heading" ref={heading} tabIndex={-1}>
          {table.label}
        </h2>
        <LiveBar
          connection={connection}
          isPaused={isPaused}
          onPause={setIsPaused}
          heldCount={heldCount}
          hasLetterKeys={hasLetterKeys}
        />
        <KeysButton isOn={hasLetterKeys} onToggle={setHasLetterKeys} />
      </div>
      <div className={styles.news}>
        {(heldCount > 0 || isGapped) && (
          <Button variant="primary" onClick={showNewest}>
            ↑ {isGapped ? table.newestMany : table.newest(heldCount)}
          </Button>
        )}
      </div>
      {rows.length > 0 && (
        <LogTable
          rows={rows}
          phase={phase}
          isMismatch={isMismatch}
          activeId={active?.feed === feed ? active.id : activeIds.get(feed)}
          onActivate={activate}
          onOpen={open}
          onMenu={(row, anchor) => setMenu({ row, anchor })}
          onEnd={readOlder}
          onAway={setIsAway}
          hasLetterKeys={hasLetterKeys}
          onPauseKey={() => setIsPaused(!isPaused)}
        />
      )}
      {isEmpty && <LogEmpty search={search} lookup={lookup} onChange={onSearch} onRetry={onRetry} />}
      {isWaiting && <Skeleton lines={12} height={32} />}
      <LogEnd feed={feed} state={state} onRetry={onRetry} />
      <ArrivalAnnouncer arrivedCount={state.arrivedCount} />
      {menu && (
        <RowMenu
          key={menu.row.id}
          {...menu}
          search={search}
          onSearch={onSearch}
          onRedelivered={(delivery) => feed.receive([delivery])}
          onClose={() => setMenu(undefined)}
        />
      )}
    </section>
  )
}
