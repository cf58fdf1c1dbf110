import { Fragment, type ReactNode } from 'react'
import { splitApiText } from './split-api-text.ts'
import { Time } from './time.tsx'

/** A sentence of the API: what stands in backticks as code, instants in the viewer's time zone; no other markup. */
export function ApiText({ text }: { readonly text: string }): ReactNode {
  return splitApiText(text).map(({ kind, text }, index) => {
    if (kind === 'code') return <code key={index}>{text}</code>
    return <Fragment key={index}>{kind === 'instant' ? <Time at={text} /> : text}</Fragment>
  })
}
