import { type ReactNode, useState } from 'react'
import { strings } from '../strings/index.ts'
import type { JsonLine } from './json-lines.ts'
import { VisibleText } from './visible-text.tsx'
import styles from './json-view.module.css'

/** What a {@link JsonLineView} shows. */
export interface JsonLineViewProps {
  readonly line: JsonLine
  readonly index: number
  /** The line that ends what this one begins, while that is folded. */
  readonly closing: JsonLine | undefined
  /** Folds what the line begins, or unfolds it. */
  readonly onToggle: (index: number) => void
}

// Deeper than this, lines would have no room.
const MAX_INDENT = 24

/** A line of a `JsonView`. */
export function JsonLineView({ line, index, closing, onToggle }: JsonLineViewProps): ReactNode {
  const { depth, key, value, kind, hasComma, end } = line
  const { json } = strings.delivery
  const isFolded = closing !== undefined
  return (
    <div
      className={styles.line}
      style={{ paddingInlineStart: `${Math.min(depth, MAX_INDENT) * 1.25 + 1.5}rem` }}
    >
      {end !== undefined && (
        <button
          type="button"
          className={styles.fold}
          aria-expanded={!isFolded}
          aria-label={json.fold(key === undefined ? json.line(index + 1) : shorten(key))}
          onClick={() => onToggle(index)}
        >
          <span aria-hidden="true">{isFolded ? '▸' : '▾'}</span>
        </button>
      )}
      {key !== undefined && (
        <>
          <span className={styles.key}>
            <VisibleText text={shorten(key)} />
          </span>
          {': '}
        </>
      )}
      <span className={styles[kind]}>
        <LongText text={value} />
      </span>
      {isFolded && (
        <>
          <span className={styles.folded}>{json.folded((end ?? index) - index - 1)}</span>
          <span className={styles.bracket}>{closing.value}</span>
        </>
      )}
      {(isFolded ? closing.hasComma : hasComma) && ','}
    </div>
  )
}

const MAX_SHOWN_CHARACTERS = 2000

function LongText({ text }: { readonly text: string }): ReactNode {
  const [isWhole, setIsWhole] = useState(false)
  if (isWhole || text.length <= MAX_SHOWN_CHARACTERS) return <VisibleText text={text} />
  return (
    <>
      <VisibleText text={text.slice(0, MAX_SHOWN_CHARACTERS)} />
      {'… '}
      <button type="button" className={styles.more} onClick={() => setIsWhole(true)}>
        {strings.delivery.json.showAll(text.length)}
      </button>
    </>
  )
}

const MAX_NAME_CHARACTERS = 200

function shorten(name: string): string {
  return name.length > MAX_NAME_CHARACTERS ? `${name.slice(0, MAX_NAME_CHARACTERS)}…` : name
}
