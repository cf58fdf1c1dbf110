/** A piece of a line in one style. */
export interface Run {
  readonly text: string
  readonly bold?: boolean
  readonly italic?: boolean
  /** Default 14. */
  readonly size?: number
  /** Default `#1d1c1d`. */
  readonly color?: string
  /** Draws the piece as a tag, on this background. */
  readonly tag?: string
  /** Draws a disk of this color instead of the text: not every machine has a font with emoji. */
  readonly disk?: string
}

/** A paragraph, wrapped at the edge of its card. */
export interface Paragraph {
  readonly runs: readonly Run[]
  /** From the left edge of what it is in. Default 0. */
  readonly indent?: number
  /** Space above. Default 4. */
  readonly above?: number
  /** A vertical line left of it, in this color, at its indent. */
  readonly bar?: string
}

const padding = 16
const width = 640
const lineHeight = 1.4

/**
 * Draws paragraphs as a card: an SVG of 640 pixels' width that stands for what an application shows, without being a copy of
 * it. The same paragraphs give the same text.
 *
 * @param accent color of the card's left edge.
 */
export function drawCard(paragraphs: readonly Paragraph[], accent: string, title: string): string {
  let y = padding
  const shapes: string[] = []
  for (const { runs, indent = 0, above = 4, bar } of paragraphs) {
    y += above
    const x = padding + 8 + indent
    const start = y
    for (const line of wrap(runs, width - padding - x)) {
      const size = Math.max(...line.map((run) => run.size ?? 14))
      y += size * lineHeight
      shapes.push(...drawLine(line, x, y - size * 0.4))
    }
    if (bar !== undefined) shapes.push(rectangle(x - 10, start, 3, y - start, bar))
  }
  const height = Math.ceil(y + padding)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="Helvetica, Arial, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#ffffff" stroke="#d0d7de"/>`,
    `<rect x="1" y="8" width="5" height="${height - 16}" fill="${accent}"/>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n')
}

function drawLine(line: readonly Run[], start: number, baseline: number): readonly string[] {
  let x = start
  return line.flatMap((run) => {
    const { text, bold, italic, size = 14, color = '#1d1c1d', tag } = run
    const length = widthOf(run)
    if (run.disk !== undefined) {
      const disk = `<circle cx="${round(x + size / 2)}" cy="${round(baseline - size * 0.35)}" r="${round(size * 0.42)}" fill="${run.disk}"/>`
      x += length
      return [disk]
    }
    const at = tag === undefined ? x : x + 5
    const style = `${bold ? ' font-weight="bold"' : ''}${italic ? ' font-style="italic"' : ''}`
    // The width is said, so that no font of another machine runs over the edge.
    const words = `<text x="${round(at)}" y="${round(baseline)}" font-size="${size}" fill="${color}"${style} textLength="${round(length)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escape(text)}</text>`
    const background =
      tag === undefined ? [] : [rectangle(x, baseline - size, length + 10, size * lineHeight, tag)]
    x = at + length + (tag === undefined ? 0 : 5)
    return [...background, words]
  })
}

function wrap(runs: readonly Run[], available: number): readonly (readonly Run[])[] {
  const lines: Run[][] = [[]]
  let used = 0
  for (const run of runs) {
    for (const [index, part] of run.text.split('\n').entries()) {
      if (index > 0) {
        lines.push([])
        used = 0
      }
      const words = run.tag === undefined ? part.split(/(?<= )/) : [part]
      for (const word of words) {
        const piece = { ...run, text: word }
        const length = widthOf(piece) + (run.tag === undefined ? 0 : 10)
        if (used > 0 && used + length > available) {
          lines.push([])
          used = 0
        }
        used += length
        append(lines.at(-1) ?? [], piece)
      }
    }
  }
  return lines.filter((line) => line.some(({ text, disk }) => text !== '' || disk !== undefined))
}

function append(line: Run[], piece: Run): void {
  const last = line.at(-1)
  const isSame =
    last !== undefined &&
    JSON.stringify({ ...last, text: '' }) === JSON.stringify({ ...piece, text: '' }) &&
    piece.tag === undefined &&
    piece.disk === undefined
  if (isSame) line[line.length - 1] = { ...last, text: last.text + piece.text }
  else line.push(piece)
}

/** About what Helvetica needs. */
function widthOf({ text, size = 14, bold, disk }: Run): number {
  if (disk !== undefined) return size * 1.35
  const ems = Array.from(text, (character) => {
    if (/\p{Extended_Pictographic}/u.test(character)) return 1.25
    if (/[\s.,:;'|!ijlIft()[\]/-]/.test(character)) return 0.3
    if (/[mwMW%@→]/.test(character)) return 0.87
    return /[A-Z0-9]/.test(character) ? 0.63 : 0.53
  })
  return ems.reduce((sum, em) => sum + em, 0) * size * (bold ? 1.06 : 1)
}

function rectangle(x: number, y: number, w: number, h: number, color: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" rx="3" fill="${color}"/>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
