import { type ReactNode, useEffect, useState } from 'react'
import { strings } from '../strings/index.ts'
import { Button } from './button.tsx'

/** What a {@link CopyButton} copies. */
export interface CopyButtonProps {
  readonly text: string
  /** What is copied, for screen readers: `the secret`. */
  readonly of: string
  /** Default: Copy. */
  readonly label?: string
  /** Shown on hover: what to know about what is copied. */
  readonly title?: string
}

const SHOWN_MS = 2000

/** Copies text to the clipboard, and says so for a moment. */
export function CopyButton({ text, of, label = strings.actions.copy, title }: CopyButtonProps): ReactNode {
  const [result, setResult] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (result === undefined) return undefined
    const timer = setTimeout(() => setResult(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [result])

  async function copy(): Promise<void> {
    try {
      // There is no clipboard on pages that are not secure, such as plain HTTP on another machine.
      await navigator.clipboard.writeText(text)
      setResult('copied')
    } catch {
      setResult('failed')
    }
  }

  const shown = result === undefined ? label : strings.copy[result]
  return (
    <Button
      variant="secondary"
      onClick={() => void copy()}
      title={title}
      aria-label={result === undefined ? `${label}: ${of}` : undefined}
    >
      <span aria-live="polite">{shown}</span>
    </Button>
  )
}
