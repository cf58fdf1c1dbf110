import { type ReactNode, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import styles from './exact-text.module.css'

const MAX_SHOWN_CHARACTERS = 16_384

/** A text character by character; the rest of a long one when it is asked for. */
export function ExactText({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const [isWhole, setIsWhole] = useState(false)
  const region = useRef<HTMLPreElement>(null)
  const { body } = strings.delivery
  const isCut = !isWhole && text.length > MAX_SHOWN_CHARACTERS

  function showAll(): void {
    // The button that was pressed goes away.
    region.current?.focus({ preventScroll: true })
    setIsWhole(true)
  }

  return (
    <div className={styles.text}>
      {/* A region that scrolls has to be reached with the keyboard. */}
      <pre ref={region} className={styles.code} tabIndex={0} role="region" aria-label={label}>
        <code>
          {text === '' ? (
            body.empty
          ) : (
            <VisibleText text={isCut ? text.slice(0, MAX_SHOWN_CHARACTERS) : text} />
          )}
        </code>
      </pre>
      {isCut && (
        <div>
          <Button onClick={showAll}>{body.showAll(MAX_SHOWN_CHARACTERS, text.length)}</Button>
        </div>
      )}
    </div>
  )
}
