import { createLink } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './button.module.css'

interface AnchorProps extends Omit<ComponentProps<'a'>, 'className'> {
  readonly variant?: 'primary' | 'secondary' | 'plain'
}

function Anchor({ variant = 'secondary', ...rest }: AnchorProps): ReactNode {
  return <a {...rest} className={classNames(styles.button, styles[variant])} />
}

/** A link to another page that looks like a button; takes what the router's `Link` takes. */
export const LinkButton = createLink(Anchor)
