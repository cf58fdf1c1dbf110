import type { ReactNode } from 'react'
import type { DeliveryDetail } from '../../api/deliveries.ts'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import { SignatureForm } from './signature-form.tsx'
import { SignedBytes } from './signed-bytes.tsx'
import styles from './signature-section.module.css'

/** “Check my signature”: what is signed, and what is wrong with what the receiver's code computed. */
export function SignatureSection({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  const { signature: texts } = strings.delivery
  return (
    // Where links to it lead.
    <div id="check-signature" className={styles.anchor} tabIndex={-1}>
      <Section title={texts.heading} description={texts.description}>
        {delivery.body === null ? (
          <p>{texts.expired}</p>
        ) : (
          <>
            <SignatureForm deliveryId={delivery.id} body={delivery.body} />
            <SignedBytes body={delivery.body} />
          </>
        )}
      </Section>
    </div>
  )
}
