import type { ReactNode } from 'react'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { MASK } from './curl-command.ts'
import styles from './header-table.module.css'

/** What a {@link HeaderTable} shows. */
export interface HeaderTableProps {
  readonly headers: Readonly<Record<string, string>>
  /** What they are, for screen readers. */
  readonly label: string
}

/** Headers of a request as they were sent; credentials are masked. */
export function HeaderTable({ headers, label }: HeaderTableProps): ReactNode {
  const { attempts: texts } = strings.delivery
  const entries = Object.entries(headers)
  return (
    <>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{texts.header}</th>
            <th scope="col">{texts.value}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <VisibleText text={name} />
              </th>
              <td>
                <VisibleText text={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {entries.some(([, value]) => value === MASK) && <p className={styles.note}>{texts.maskedNote}</p>}
    </>
  )
}
