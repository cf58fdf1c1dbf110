import { Field as BaseField } from '@base-ui/react/field'
import type { ComponentProps, ReactNode } from 'react'
import styles from './field.module.css'

/** What every field has. */
export interface FieldProps {
  readonly label: string
  /** What to enter, before anything goes wrong. */
  readonly description?: ReactNode
  /** What is wrong with what was entered; announced when it appears. */
  readonly error?: string | undefined
  readonly children: ReactNode
}

/** A label, a control of Base UI, a description and an error, tied together for screen readers. */
function Field({ label, description, error, children }: FieldProps): ReactNode {
  return (
    <BaseField.Root className={styles.field} invalid={error !== undefined}>
      <BaseField.Label className={styles.label}>{label}</BaseField.Label>
      {children}
      {description !== undefined && (
        <BaseField.Description className={styles.description} render={<div />}>
          {description}
        </BaseField.Description>
      )}
      <BaseField.Error className={styles.error} match={error !== undefined} role="alert">
        {error}
      </BaseField.Error>
    </BaseField.Root>
  )
}

/** A {@link Field} with a line of text. */
export interface TextFieldProps
  extends
    Omit<FieldProps, 'children'>,
    Omit<ComponentProps<'input'>, 'className' | 'onChange' | 'value' | 'children'> {
  readonly value: string
  readonly onChange: (value: string) => void
  /** For what is code: URLs, ids, secrets. */
  readonly isMonospace?: boolean
}

/** A field with a line of text. */
export function TextField({
  label,
  description,
  error,
  onChange,
  isMonospace,
  ...rest
}: TextFieldProps): ReactNode {
  return (
    <Field label={label} description={description} error={error}>
      <BaseField.Control
        {...rest}
        className={styles.control}
        data-monospace={isMonospace || undefined}
        onValueChange={(value) => onChange(value)}
      />
    </Field>
  )
}

/** A {@link Field} with several lines of text. */
export interface TextAreaProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly rows?: number
  readonly isMonospace?: boolean
  readonly placeholder?: string
}

/** A field with several lines of text. */
export function TextArea({
  label,
  description,
  error,
  value,
  onChange,
  rows = 4,
  isMonospace,
  placeholder,
}: TextAreaProps): ReactNode {
  return (
    <Field label={label} description={description} error={error}>
      <BaseField.Control
        className={styles.control}
        data-monospace={isMonospace || undefined}
        value={value}
        onValueChange={(value) => onChange(value)}
        placeholder={placeholder}
        render={<textarea rows={rows} spellCheck={false} />}
      />
    </Field>
  )
}
