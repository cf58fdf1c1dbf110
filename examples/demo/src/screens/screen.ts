/** What somebody who opens a destination sees. */
export interface Screen {
  /** Such as `Slack · #compliance`. */
  readonly title: string
  /** How much there is, in words. */
  readonly count: string
  readonly cards: readonly Card[]
}

/** A message, an incident or an issue. */
export interface Card {
  /** What it is now. */
  readonly tone: Tone
  readonly headline: string
  readonly details: readonly string[]
  /** What was added to it later, oldest first: replies, log entries, comments. */
  readonly entries: readonly (readonly string[])[]
}

/** Whether something is wrong, over, or only news. */
export type Tone = 'open' | 'closed' | 'news'

/** `1 issue`, `2 issues`. */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `09:41`, of an instant in milliseconds. */
export function clockWords(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}
