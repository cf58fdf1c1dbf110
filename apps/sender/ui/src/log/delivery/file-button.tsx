import { type ChangeEvent, type ReactNode, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { strings } from '../../strings/index.ts'
import styles from './signature-section.module.css'

/** Who gets what a file holds. */
export interface FileButtonProps {
  readonly onText: (text: string) => void
  /** Called instead when it is not UTF-8. */
  readonly onBytes: (bytes: Uint8Array) => void
}

const MAX_BYTES = 262_144

/** Takes the body that was hashed from a file, with every byte of it. */
export function FileButton({ onText, onBytes }: FileButtonProps): ReactNode {
  const { form: texts } = strings.delivery.signature
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<string>()

  async function read(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const { target } = event
    const file = target.files?.[0]
    if (file === undefined) return
    // Else the same file could not be chosen again.
    target.value = ''
    if (file.size > MAX_BYTES) return setError(texts.fileTooLarge)
    const bytes = new Uint8Array(await file.arrayBuffer())
    const text = decode(bytes)
    setError(text === undefined ? texts.fileNotText : undefined)
    if (text === undefined) onBytes(bytes)
    else onText(text)
  }

  return (
    <>
      <input ref={input} type="file" hidden onChange={(event) => void read(event)} />
      <Button onClick={() => input.current?.click()}>{texts.file}</Button>
      {error !== undefined && (
        <span role="alert" className={styles.error}>
          {error}
        </span>
      )}
    </>
  )
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
