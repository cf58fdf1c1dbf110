import type { ReactNode } from 'react'
import { shortenMiddle } from '../components/shorten.ts'

const MAX_LENGTH = 64

/** An endpoint as text, never as a link; of a long one the middle is left out, but for hovering and for screen readers. */
export function EndpointText({ url }: { readonly url: string }): ReactNode {
  const short = shortenMiddle(url, MAX_LENGTH)
  if (short === url) return <code dir="ltr">{url}</code>
  return (
    <code dir="ltr" title={url} style={{ position: 'relative' }}>
      <span aria-hidden="true">{short}</span>
      <span className="visually-hidden">{url}</span>
    </code>
  )
}
