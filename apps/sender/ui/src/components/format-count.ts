const numbers = new Intl.NumberFormat('en')

/** A number with its thousands apart: `262,144`. */
export function formatCount(count: number): string {
  return numbers.format(count)
}
