/** How much of a card is shown. Lengths are UTF-16 code units, as Slack counts. */
export interface Size {
  readonly headline: number
  readonly summary: number
  readonly fields: number
  readonly value: number
  readonly lines: number
  readonly line: number
  readonly hints: number
  readonly hint: number
  readonly url: number
}

const large = {
  headline: 150,
  summary: 1500,
  fields: 12,
  value: 500,
  lines: 80,
  line: 2000,
  hints: 5,
  hint: 600,
  url: 2000,
}

/** From everything to the headline alone; a message takes the first that keeps it within what Slack allows. */
export const sizes: readonly [Size, ...Size[]] = [
  large,
  { ...large, lines: 80, line: 150 },
  { ...large, lines: 50, line: 120 },
  { ...large, lines: 30, line: 100 },
  { ...large, summary: 600, fields: 8, value: 200, lines: 20, line: 100, hints: 3, hint: 300, url: 1000 },
  { ...large, summary: 300, fields: 6, value: 100, lines: 10, line: 60, hints: 2, hint: 200, url: 500 },
  { ...large, summary: 150, fields: 3, value: 60, lines: 3, line: 40, hints: 1, hint: 100, url: 200 },
  { headline: 90, summary: 0, fields: 0, value: 0, lines: 0, line: 0, hints: 0, hint: 0, url: 0 },
]

/** Shows no more than the headline: every card of the most that one message carries fits at it. */
export const smallestSize: Size = sizes.at(-1) ?? large
