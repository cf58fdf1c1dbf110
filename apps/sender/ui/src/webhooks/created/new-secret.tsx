import type { ReactNode } from 'react'
import { CodeBlock } from '../../components/code-block.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import { environmentLine, SECRET_VARIABLE } from '../receiver-code.ts'
import styles from './created.module.css'

/** The secret of a new subscription, for the first and the last time. */
export function NewSecret({ secret }: { readonly secret: string }): ReactNode {
  const { created: texts } = strings.webhooks.creating
  return (
    <Section title={texts.secretTitle} description={<p className={styles.once}>{texts.secretOnce}</p>}>
      <CodeBlock code={secret} label={texts.secretOf} isWrapped />
      <div className={styles.variable}>
        <span>
          {texts.variable} <code>{SECRET_VARIABLE}</code>
        </span>
        <CopyButton text={environmentLine(secret)} of={texts.variableOf} label={texts.copyVariable} />
      </div>
    </Section>
  )
}
