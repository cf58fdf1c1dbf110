import { formatCount } from '../../components/format-count.ts'

/** Attempts that ended. */
export interface Attempts {
  readonly succeeded: number
  readonly failed: number
}

const percent = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/**
 * The share of attempts that succeeded, such as `98.2 %`; `undefined` without attempts. `100 %` means all of them, and `0 %`
 * none: what is rounded to them otherwise is written `99.9 %` and `0.1 %`.
 */
export function formatSuccessRate({ succeeded, failed }: Attempts): string | undefined {
  const total = succeeded + failed
  if (total === 0) return undefined
  const exact = (succeeded / total) * 100
  const isPure = succeeded === 0 || failed === 0
  return `${percent.format(isPure ? exact : Math.min(99.9, Math.max(0.1, exact)))} %`
}

/** A number that may be a lower bound: `1,240` or `10,000+`. */
export function formatCountOf({
  count,
  is_exact: isExact,
}: {
  readonly count: number
  readonly is_exact: boolean
}): string {
  return formatCount(count) + (isExact ? '' : '+')
}
