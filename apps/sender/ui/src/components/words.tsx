import { Fragment, type ReactNode } from 'react'

/** What {@link Words} writes. */
export interface WordsProps {
  /** A sentence in which `{name}` stands for a value. */
  readonly text: string
  /** What is written instead of each name; a name without a value stays as it is. */
  readonly values: Readonly<Record<string, ReactNode>>
}

/** A sentence with values in it that are more than text, such as times, links and code. */
export function Words({ text, values }: WordsProps): ReactNode {
  return text
    .split(/\{(\w+)\}/)
    .map((part, index) => (
      <Fragment key={index}>
        {index % 2 === 0 ? part : Object.hasOwn(values, part) ? values[part] : `{${part}}`}
      </Fragment>
    ))
}
