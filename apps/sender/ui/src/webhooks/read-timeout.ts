const MIN_SECONDS = 1
const MAX_SECONDS = 30

/**
 * A timeout as it was typed in seconds, `2.5` or `2,5`, in milliseconds; `null`, for what the operator has set, when nothing
 * was.
 *
 * @returns `undefined` for what is no number, or is less than 1 second or more than 30.
 */
export function readTimeoutMs(text: string): number | null | undefined {
  const number = text.trim().replace(',', '.')
  if (number === '') return null
  const seconds = /^\d+(\.\d+)?$/.test(number) ? Number(number) : Number.NaN
  return seconds >= MIN_SECONDS && seconds <= MAX_SECONDS ? Math.round(seconds * 1000) : undefined
}
