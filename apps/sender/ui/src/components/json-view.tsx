import { type ReactNode, useMemo, useState } from 'react'
import { strings } from '../strings/index.ts'
import { Button } from './button.tsx'
import { JsonLineView } from './json-line-view.tsx'
import { foldable, type JsonLine, visibleLines } from './json-lines.ts'
import { VirtualRows } from './virtual-rows.tsx'
import styles from './json-view.module.css'

/** What a {@link JsonView} shows. */
export interface JsonViewProps {
  /** Of `formatJson`. */
  readonly lines: readonly JsonLine[]
  /** What it is, for screen readers. */
  readonly label: string
}

const NOTHING: ReadonlySet<number> = new Set()

/** JSON with a member a line, whose objects and arrays can be folded; of any size. */
export function JsonView({ lines, label }: JsonViewProps): ReactNode {
  const [folded, setFolded] = useState(NOTHING)
  const parents = useMemo(() => foldable(lines), [lines])
  const visible = useMemo(() => visibleLines(lines, folded), [lines, folded])

  function toggle(index: number): void {
    const changed = new Set(folded)
    if (!changed.delete(index)) changed.add(index)
    setFolded(changed)
  }

  const { json } = strings.delivery
  return (
    <div className={styles.view}>
      {parents.size > 1 && (
        <div className={styles.tools}>
          <Button variant="plain" onClick={() => setFolded(parents)}>
            {json.foldAll}
          </Button>
          <Button variant="plain" onClick={() => setFolded(NOTHING)}>
            {json.unfoldAll}
          </Button>
        </div>
      )}
      <VirtualRows
        label={label}
        count={visible.length}
        renderRow={(row) => {
          const index = visible[row] ?? 0
          const line = lines[index]
          if (line === undefined) return null
          const isFolded = folded.has(index)
          const closing = isFolded && line.end !== undefined ? lines[line.end] : undefined
          return <JsonLineView key={index} line={line} index={index} closing={closing} onToggle={toggle} />
        }}
      />
    </div>
  )
}
