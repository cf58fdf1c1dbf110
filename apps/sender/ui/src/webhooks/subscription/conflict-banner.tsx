import type { ReactNode } from 'react'
import { Banner } from '../../components/banner.tsx'
import { strings } from '../../strings/index.ts'

/** That somebody else was faster, and nothing was done. */
export function ConflictBanner(): ReactNode {
  const { title, detail } = strings.subscription.conflict
  return (
    <Banner tone="warning" title={title}>
      {detail}
    </Banner>
  )
}
