import type { ReactNode } from 'react'
import type { SignatureCheck } from '../../api/check-signature.ts'
import { ApiText } from '../../components/api-text.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { strings } from '../../strings/index.ts'
import styles from './signature-section.module.css'

/** What is wrong with a signature, and what to change in the code that computed it. */
export function SignatureVerdict({ check }: { readonly check: SignatureCheck }): ReactNode {
  const { result: texts } = strings.delivery.signature
  const {
    is_valid: isValid,
    is_certain: isCertain,
    detail,
    remedy,
    expected,
    body_difference: difference,
  } = check
  return (
    <div className={styles.verdict} data-valid={isValid || undefined}>
      <h3>{isValid ? texts.valid : texts.invalid}</h3>
      <p>
        <ApiText text={detail} />
      </p>
      {!isValid && <p className={styles.muted}>{isCertain ? texts.proved : texts.likely}</p>}
      {difference !== null && (
        <p>
          <ApiText text={difference.detail} />
        </p>
      )}
      {remedy !== null && (
        <p>
          <strong>{texts.remedy}:</strong> <ApiText text={remedy} />
        </p>
      )}
      <p className={styles.submit}>
        <span>{texts.expected}:</span> <code>{expected}</code>
        <CopyButton text={expected} of={texts.expectedOf} />
      </p>
    </div>
  )
}
