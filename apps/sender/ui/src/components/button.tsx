import { Button as BaseButton } from '@base-ui/react/button'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './button.module.css'

/** What a {@link Button} may differ in, beside what a `<button>` takes. */
export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  /** `primary`: the one thing to do here. `danger`: cannot be undone. Default `secondary`. */
  readonly variant?: 'primary' | 'secondary' | 'danger' | 'plain'
  /** What it does is under way: it keeps its place, its focus and its name, and cannot be pressed again. */
  readonly isBusy?: boolean
  /** Why it cannot be pressed, for whoever may not; shown on hover and read out. */
  readonly disabledReason?: string | undefined
  readonly children: ReactNode
}

/** A button. A disabled one keeps its focus, so that its reason can be found with the keyboard. */
export function Button(props: ButtonProps): ReactNode {
  const { variant = 'secondary', isBusy = false, disabledReason, disabled = false, children, ...rest } = props
  return (
    <BaseButton
      type="button"
      {...rest}
      className={classNames(styles.button, styles[variant])}
      disabled={disabled || isBusy || disabledReason !== undefined}
      focusableWhenDisabled
      aria-busy={isBusy || undefined}
      title={disabledReason ?? rest.title}
      aria-description={disabledReason}
    >
      {isBusy && <span className={styles.spinner} aria-hidden="true" />}
      {children}
    </BaseButton>
  )
}
