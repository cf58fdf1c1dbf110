import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'
import { statisticsQuery } from '../../api/statistics.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { strings } from '../../strings/index.ts'
import { withFilter, withTime } from '../filters/log-filters.ts'
import type { LogSearch } from '../log-search.ts'
import { useStoredFlag } from '../use-stored-flag.ts'
import { ChartLegend } from './chart-legend.tsx'
import { ChartPair } from './chart-pair.tsx'
import { ChartsTable } from './charts-table.tsx'
import styles from './charts.module.css'

/** What the charts are about, and narrow. */
export interface ChartsSectionProps {
  readonly search: LogSearch
  readonly onChange: (search: LogSearch) => void
  /** Loads again what could not be loaded. */
  readonly onRetry: () => void
}

/** Deliveries and latency over the time that the log is about; can be folded, which is remembered. */
export function ChartsSection({ search, onChange, onRetry }: ChartsSectionProps): ReactNode {
  const [isOpen, setIsOpen] = useStoredFlag('log-charts', () => window.matchMedia('(width >= 48rem)').matches)
  const [isTable, setIsTable] = useState(false)
  const headingId = useId()
  const { subscription, event, range, since, until, status } = search
  const time = { ...(range && { range }), ...(since && { since }), ...(until && { until }) }
  const { data, error } = useQuery({
    ...statisticsQuery({ subscription, event, ...time }),
    enabled: isOpen,
  })
  const { charts } = strings.log
  const notes = [
    Object.keys(time).length === 0 && charts.lastDay,
    charts.noTests,
    data?.is_exact === false && charts.inexact,
  ]
  return (
    <section className={styles.section} aria-labelledby={headingId}>
      <header className={styles.head}>
        <h2 id={headingId}>{charts.title}</h2>
        {isOpen && (
          <>
            <ChartLegend
              statistics={data}
              status={status}
              onStatus={(status) => onChange(withFilter(search, 'status', status))}
            />
            <span className={styles.note}>{notes.filter(Boolean).join(' ')}</span>
          </>
        )}
        <div className={styles.buttons}>
          {isOpen && (
            <Button variant="plain" onClick={() => setIsTable(!isTable)}>
              {isTable ? charts.asCharts : charts.asTable}
            </Button>
          )}
          <Button variant="plain" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? charts.hide : charts.show}
          </Button>
        </div>
      </header>
      {isOpen && (
        <div className={styles.charts}>
          {data !== undefined && isTable && <ChartsTable statistics={data} />}
          {data !== undefined && !isTable && (
            <ChartPair statistics={data} onTime={(time) => onChange(withTime(search, time))} />
          )}
          {data === undefined && error !== null && <ErrorState error={error} onRetry={onRetry} />}
          {data === undefined && error === null && <Skeleton lines={1} height={148} />}
        </div>
      )}
    </section>
  )
}
