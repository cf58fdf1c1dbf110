// Their own line in a log, their own direction in a name: characters that make a text look like another one.
const unseen = /[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/gu
// The C0 and C1 controls, white space of every kind, the separators of lines and paragraphs.
const blank = /[\p{Cc}\s]+/gu

/**
 * Text from outside, fit for one line anywhere: control characters and line breaks become a space, overrides of direction
 * and invisible characters are taken out, lone surrogates become U+FFFD. What is longer than `max` UTF-16 units is cut as
 * {@link truncate} does. Letters of every script, emoji and their joiners stay as they are.
 */
export function cleanText(text: string, max = Number.POSITIVE_INFINITY): string {
  const clean = text.toWellFormed().replaceAll(unseen, '').replaceAll(blank, ' ').trim()
  return truncate(clean, max).trimEnd()
}

/**
 * The text, or as much of its beginning as fits with an ellipsis after it. Cut between grapheme clusters, so that no
 * accent, flag or family is torn apart.
 *
 * @param measure how long a text is, in the units of `max`; a longer text may not measure less. Default UTF-16 units.
 * @returns at most `max` by `measure`; the empty text when not even the ellipsis fits.
 * @example
 * truncate(summary, 1024, (text) => Buffer.byteLength(text))
 */
export function truncate(text: string, max: number, measure = lengthOf): string {
  if (measure(text) <= max) return text
  if (measure(ELLIPSIS) > max) return ''
  const fits = (end: number): boolean => measure(text.slice(0, end) + ELLIPSIS) <= max
  const ends = [0]
  // Looks at twice as much each time: the text may be a thousand times longer than what fits of it.
  let checkAt = 1
  for (const { index, segment } of segmenter.segment(text)) {
    ends.push(index + segment.length)
    if (ends.length <= checkAt) continue
    if (!fits(index + segment.length)) break
    checkAt *= 2
  }
  return text.slice(0, ends[lastThat(ends, fits)]).trimEnd() + ELLIPSIS
}

const ELLIPSIS = '…'

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

function lengthOf(text: string): number {
  return text.length
}

/** The index of the last element that passes, where all that pass come first and the first one does. */
function lastThat(ends: readonly number[], passes: (end: number) => boolean): number {
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (passes(ends[middle] ?? 0)) low = middle
    else high = middle - 1
  }
  return low
}
