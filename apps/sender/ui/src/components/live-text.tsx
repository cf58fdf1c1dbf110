import { type ReactNode, useEffect, useState } from 'react'

/** Has screen readers say a text whenever it changes; not when it is first there. Nothing is seen of it. */
export function LiveText({ text }: { readonly text: string }): ReactNode {
  const [first] = useState(text)
  const [hasChanged, setHasChanged] = useState(false)
  useEffect(() => {
    if (text !== first) setHasChanged(true)
  }, [text, first])
  return (
    <span className="visually-hidden" role="status">
      {hasChanged ? text : ''}
    </span>
  )
}
