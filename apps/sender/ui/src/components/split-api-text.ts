/** A piece of a text of the API. */
export interface ApiTextPiece {
  readonly kind: 'text' | 'code' | 'instant'
  /** Without the backticks, where it is code. */
  readonly text: string
}

/** Splits a text of the API at its `code` and its instants, which are in RFC 3339 and UTC. */
export function splitApiText(text: string): readonly ApiTextPiece[] {
  return text
    .split(/(`[^`]+`|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (/^`[^`]+`$/.test(piece)) return { kind: 'code', text: piece.slice(1, -1) }
      return { kind: isInstant(piece) ? 'instant' : 'text', text: piece }
    })
}

function isInstant(piece: string): boolean {
  return /^\d{4}-[^ ]*Z$/.test(piece) && !Number.isNaN(Date.parse(piece))
}
