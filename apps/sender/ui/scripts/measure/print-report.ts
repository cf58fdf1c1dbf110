import type { Figures } from '../measure.ts'
import type { FrameTimes } from './measure-scrolling.ts'

/** Prints what was measured as tables, for people. */
export function printReport({ deliveries, filledInMs, log, pages }: Figures): void {
  console.log(
    `A log of ${deliveries.toLocaleString('en')} deliveries, filled in ${Math.round(filledInMs / 1000)} s\n`,
  )
  console.table({
    'first row (ms)': Math.round(log.firstRowMs),
    'filter (ms)': Math.round(log.filterMs),
    'rows loaded': log.rows,
    'heap at first (MB)': megabytes(log.heapAtFirstBytes),
    'heap afterwards (MB)': megabytes(log.heapBytes),
    'DOM nodes': log.domNodes,
  })
  console.log('\nFrames while scrolling (ms)')
  console.table({
    'while loading': toFrames(log.whileLoading),
    'through all, back up': toFrames(log.afterwards),
  })
  console.log('\nPages, nothing cached; “4×” with a processor that is four times slower')
  console.table(
    Object.fromEntries(
      pages.map(({ name, fast, slow }) => [
        name,
        {
          'JS (KB gzip)': kilobytes(fast.jsGzip),
          'CSS (KB gzip)': kilobytes(fast.cssGzip),
          FCP: Math.round(fast.firstContentfulPaintMs),
          LCP: Math.round(fast.largestContentfulPaintMs),
          TBT: Math.round(fast.totalBlockingMs),
          CLS: Math.round(fast.layoutShift * 1000) / 1000,
          'FCP 4×': Math.round(slow.firstContentfulPaintMs),
          'LCP 4×': Math.round(slow.largestContentfulPaintMs),
          'TBT 4×': Math.round(slow.totalBlockingMs),
        },
      ]),
    ),
  )
}

function toFrames({ longestTaskMs, ...times }: FrameTimes): object {
  const rounded = Object.entries(times).map(([name, value]) => [name, Math.round(value * 10) / 10])
  return { ...Object.fromEntries(rounded), 'longest task': Math.round(longestTaskMs) }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 100_000) / 10
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 100) / 10
}
