import type { ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { TextField } from '../../components/field.tsx'
import { RadioList } from '../../components/radio-list.tsx'
import { strings } from '../../strings/index.ts'
import { makeSecret } from './make-secret.ts'
import type { RotationForm } from './rotation-steps.ts'
import styles from './rotate-dialog.module.css'

/** What a {@link SecretChoice} chooses. */
export interface SecretChoiceProps {
  readonly form: RotationForm
  readonly onChange: (form: RotationForm) => void
  readonly error: string | undefined
}

/** A new secret: one that was made here, to be copied, or one that is typed. */
export function SecretChoice({ form, onChange, error }: SecretChoiceProps): ReactNode {
  const { rotate: texts } = strings.subscription
  return (
    <>
      <RadioList
        legend={texts.source}
        options={[
          { value: 'generated', label: texts.generated },
          { value: 'given', label: texts.given },
        ]}
        value={form.source}
        onChange={(source) => onChange({ ...form, source })}
      />
      {form.source === 'generated' ? (
        <div className={styles.secret}>
          <TextField
            label={texts.secret}
            description={texts.generatedDetail}
            error={error}
            value={form.generated}
            onChange={() => {}}
            readOnly
            isMonospace
            autoComplete="off"
          />
          <div className={styles.buttons}>
            <CopyButton text={form.generated} of={texts.secretOf} />
            <Button onClick={() => onChange({ ...form, generated: makeSecret(), isReceiverReady: false })}>
              {texts.another}
            </Button>
          </div>
        </div>
      ) : (
        <TextField
          label={texts.secret}
          description={texts.givenDetail}
          error={error}
          value={form.given}
          onChange={(given) => onChange({ ...form, given })}
          isMonospace
          autoComplete="off"
          spellCheck={false}
          maxLength={512}
        />
      )}
    </>
  )
}
