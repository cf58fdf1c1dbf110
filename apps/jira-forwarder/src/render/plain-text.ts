const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

// Control characters but tab and line feed; bidirectional embeddings and overrides, which reorder what stands around
// them; halves of nothing that XML, in which Jira exports issues, cannot hold.
// oxlint-disable-next-line eslint/no-control-regex -- These are what is to be found.
const unprintable = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g

/** Text of somebody else, made fit to be shown: no control characters, no halves of surrogate pairs, at most `max` characters. */
export function plainText(value: string, max: number): string {
  // What comes after is cut in any case, and may be megabytes.
  const head = value.length > max * 2 + 1_000 ? value.slice(0, max * 2 + 1_000) : value
  return cutText(head.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(unprintable, '').trim(), max)
}

/** The same on one line: every run of white space is one space. */
export function oneLine(value: string, max: number): string {
  const head = value.length > max * 4 + 1_000 ? value.slice(0, max * 4 + 1_000) : value
  return cutText(
    plainText(head.replaceAll(/[\s\u0085\u2028\u2029]+/g, ' '), head.length)
      .replaceAll(/\s+/g, ' ')
      .trim(),
    max,
  )
}

/** `value` in at most `max` UTF-16 units, an ellipsis at its end when it was cut; never cuts through what people see as one character. */
export function cutText(value: string, max: number): string {
  if (value.length <= max) return value
  let end = 0
  for (const { segment, index } of graphemes.segment(value.slice(0, max + 32))) {
    if (index + segment.length > max - 1) break
    end = index + segment.length
  }
  // One character with more combining marks than there is room: cut between code points then.
  const cut = end > 0 ? value.slice(0, end) : dropHalf(value.slice(0, max - 1))
  return `${cut.trimEnd()}…`
}

function dropHalf(value: string): string {
  return value.isWellFormed() ? value : value.slice(0, -1)
}
