import { type ReactNode, useState } from 'react'
import { Checkbox } from '../../components/checkbox.tsx'
import { TextField } from '../../components/field.tsx'
import { RadioList } from '../../components/radio-list.tsx'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import type { Draft } from './draft.ts'

/** What {@link SecretFields} work on. */
export interface SecretFieldsProps {
  readonly draft: Draft
  readonly onChange: (changes: Partial<Draft>) => void
  readonly error: string | undefined
}

/** Whether the secret is generated, or given and which one it is. */
export function SecretFields({ draft, onChange, error }: SecretFieldsProps): ReactNode {
  const [isShown, setShown] = useState(false)
  const { secret: texts } = strings.webhooks.creating
  return (
    <Section title={texts.title} description={texts.description}>
      <RadioList
        legend={texts.legend}
        isLegendHidden
        options={[
          { value: 'generated', label: texts.generated, description: texts.generatedText },
          { value: 'given', label: texts.given, description: texts.givenText },
        ]}
        value={draft.hasOwnSecret ? 'given' : 'generated'}
        onChange={(origin) => onChange({ hasOwnSecret: origin === 'given' })}
      />
      {draft.hasOwnSecret && (
        <>
          <TextField
            label={texts.label}
            description={texts.hint}
            error={error}
            value={draft.secret}
            onChange={(secret) => onChange({ secret })}
            type={isShown ? 'text' : 'password'}
            name="secret"
            maxLength={512}
            // Not a password of the viewer: nothing to be stored or filled in.
            autoComplete="off"
            spellCheck={false}
            isMonospace
          />
          <Checkbox label={texts.show} isChecked={isShown} onChange={setShown} />
        </>
      )}
    </Section>
  )
}
