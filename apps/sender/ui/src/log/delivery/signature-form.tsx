import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useDeferredValue, useState } from 'react'
import { checkSignature } from '../../api/check-signature.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { TextArea, TextField } from '../../components/field.tsx'
import { strings } from '../../strings/index.ts'
import { BodyComparison } from './body-comparison.tsx'
import { FileButton } from './file-button.tsx'
import { SignatureVerdict } from './signature-verdict.tsx'
import styles from './signature-section.module.css'

/** What a {@link SignatureForm} compares with. */
export interface SignatureFormProps {
  readonly deliveryId: string
  /** What is signed. */
  readonly body: string
}

/** Takes what the receiver's code computed, and what it hashed, and says what is wrong with it. */
export function SignatureForm({ deliveryId, body }: SignatureFormProps): ReactNode {
  const { form: texts } = strings.delivery.signature
  const [signature, setSignature] = useState('')
  const [hashed, setHashed] = useState('')
  // Of a file that is no text.
  const [hashedBytes, setHashedBytes] = useState<Uint8Array>()
  const [isAsked, setIsAsked] = useState(false)
  const compared = useDeferredValue(hashed)
  const checking = useMutation({
    mutationFn: () =>
      checkSignature(deliveryId, { signature: signature.trim(), ...(hashed !== '' && { body: hashed }) }),
  })

  function submit(event: FormEvent): void {
    event.preventDefault()
    setIsAsked(true)
    if (signature.trim() !== '') checking.mutate()
  }

  function write(text: string): void {
    setHashed(text)
    setHashedBytes(undefined)
  }

  // What was written before is not what was hashed.
  function takeBytes(bytes: Uint8Array): void {
    setHashed('')
    setHashedBytes(bytes)
  }

  const problems = problemsOf(checking.error)
  const missing = isAsked && signature.trim() === '' ? texts.empty : undefined
  const bytes = hashedBytes ?? (compared === '' ? undefined : new TextEncoder().encode(compared))
  return (
    <>
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextField
          label={texts.signature}
          description={texts.signatureDescription}
          error={missing ?? problems.signature}
          value={signature}
          onChange={setSignature}
          maxLength={1000}
          autoComplete="off"
          spellCheck={false}
          isMonospace
        />
        <TextArea
          label={texts.body}
          description={texts.bodyDescription}
          error={problems.body}
          value={hashed}
          onChange={write}
          rows={5}
          isMonospace
        />
        <div className={styles.submit}>
          <Button type="submit" variant="primary" isBusy={checking.isPending}>
            {texts.submit}
          </Button>
          <FileButton onText={write} onBytes={takeBytes} />
        </div>
      </form>
      <div role="status" className={styles.result}>
        {checking.data !== undefined && <SignatureVerdict check={checking.data} />}
      </div>
      {problems.other !== undefined && <ErrorState error={problems.other} />}
      {bytes !== undefined && <BodyComparison body={body} received={bytes} />}
    </>
  )
}

interface Problems {
  readonly signature?: string | undefined
  readonly body?: string | undefined
  readonly other?: unknown
}

function problemsOf(error: Error | null): Problems {
  if (error === null) return {}
  if (!(error instanceof ApiProblem) || error.errors.length === 0) return { other: error }
  const detailOf = (path: string) => error.errors.find((each) => each.path === path)?.detail
  return { signature: detailOf('/signature'), body: detailOf('/body') }
}
