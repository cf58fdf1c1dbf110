import type { ReactNode } from 'react'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import { BodyView } from './body-view.tsx'

/** What a {@link BodySection} shows. */
export interface BodySectionProps {
  /** `null` when it is no longer kept. */
  readonly body: string | null
  readonly sha256: string | null
  readonly fileName: string
}

/** The body of a delivery's requests, and what tells whether another one is the same. */
export function BodySection({ body, sha256, fileName }: BodySectionProps): ReactNode {
  const { body: texts } = strings.delivery
  return (
    <Section title={texts.heading} description={texts.description}>
      {body === null ? (
        <p>{texts.expired}</p>
      ) : (
        <>
          <Facts
            facts={[
              { name: texts.length, value: texts.bytes(new TextEncoder().encode(body).length) },
              { name: texts.digest, value: <code>{sha256}</code> },
            ]}
          />
          <BodyView text={body} label={texts.label} isExact fileName={fileName} />
        </>
      )}
    </Section>
  )
}
