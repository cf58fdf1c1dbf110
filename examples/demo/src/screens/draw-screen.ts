import { styleText } from 'node:util'
import type { Card, Screen, Tone } from './screen.ts'

/** Where a screen is drawn. */
export interface Surface {
  /** Columns to break lines at and draw a frame in; `undefined` for plain lines, as a file or another program wants them. */
  readonly columns: number | undefined
}

/** No terminal is so wide that longer lines read well. */
const MAX_COLUMNS = 110
const MIN_COLUMNS = 40

/** The lines of a screen. */
export function drawScreen({ title, count, cards }: Screen, surface: Surface): readonly string[] {
  const isFramed = surface.columns !== undefined
  const columns = Math.max(MIN_COLUMNS, Math.min(surface.columns ?? 0, MAX_COLUMNS))
  const width = isFramed ? columns - 4 : Number.POSITIVE_INFINITY
  const shown = cards.length === 0 ? ['Nothing.'] : cards.flatMap((card) => ['', ...drawCard(card, width)])
  if (!isFramed) return [`${title}: ${count}`, ...shown.map((line) => (line === '' ? '' : `  ${line}`))]
  const rule = '─'.repeat(Math.max(0, columns - title.length - count.length - 8))
  return [
    `┌─ ${styleText('bold', title)} ─ ${count} ${rule}`,
    ...shown.map((line) => `│ ${line}`),
    '│',
    `└${'─'.repeat(columns - 1)}`,
  ]
}

function drawCard({ tone, headline, details, entries }: Card, width: number): readonly string[] {
  return [
    ...wrap(headline, width).map((line) => styleText(['bold', colors[tone]], line)),
    ...details.flatMap((text) => wrap(text, width - 2)).map((line) => `  ${line}`),
    ...entries.flatMap((lines) =>
      lines
        .flatMap((text) => wrap(text, width - 6))
        .map((line, index) => styleText('dim', `    ${index === 0 ? '↳' : ' '} ${line}`)),
    ),
  ]
}

const colors = { open: 'red', closed: 'green', news: 'blue' } as const satisfies Record<Tone, string>

/** Breaks between words; a word that is too long keeps a line of its own. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
