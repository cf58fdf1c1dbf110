import { formatCount } from '../components/format-count.ts'

/** A number with its noun: `1 delivery`, `12,345 deliveries`. The plural is made with `s` when it is not given. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
