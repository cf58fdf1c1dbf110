import { Tabs } from '@base-ui/react/tabs'
import { type ReactNode, useMemo } from 'react'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { formatJson } from '../../components/json-lines.ts'
import { JsonView } from '../../components/json-view.tsx'
import { strings } from '../../strings/index.ts'
import { ExactText } from './exact-text.tsx'
import { HexDump } from './hex-dump.tsx'
import { saveFile } from './save-file.ts'
import styles from './body-view.module.css'

/** What a {@link BodyView} shows. */
export interface BodyViewProps {
  readonly text: string
  /** What it is, for screen readers: `the body`. */
  readonly label: string
  /** Whether the text's UTF-8 bytes are the very bytes; then it is shown in hexadecimal digits too, and can be saved. */
  readonly isExact?: boolean
  /** The name of the file that is saved. */
  readonly fileName?: string
}

/** A body: formatted where it is JSON, exactly as it is, and byte by byte. */
export function BodyView({ text, label, isExact = false, fileName }: BodyViewProps): ReactNode {
  const { body } = strings.delivery
  const lines = useMemo(() => formatJson(text), [text])
  const bytes = useMemo(() => new TextEncoder().encode(text), [text])
  return (
    <Tabs.Root
      key={lines === undefined ? 'text' : 'json'}
      defaultValue={lines === undefined ? 'text' : 'json'}
    >
      <div className={styles.bar}>
        {isExact || lines !== undefined ? (
          <Tabs.List className={styles.tabs} aria-label={body.views(label)}>
            {lines !== undefined && <Tab value="json">{body.formatted}</Tab>}
            <Tab value="text">{isExact ? body.exact : body.text}</Tab>
            {isExact && <Tab value="hex">{body.hex}</Tab>}
          </Tabs.List>
        ) : (
          <span />
        )}
        <div className={styles.tools}>
          <CopyButton text={text} of={label} />
          {fileName !== undefined && (
            <Button onClick={() => saveFile(fileName, bytes)} aria-label={body.downloadOf(label)}>
              {body.download}
            </Button>
          )}
        </div>
      </div>
      {lines !== undefined && (
        <Tabs.Panel value="json" tabIndex={-1}>
          <JsonView lines={lines} label={body.of(label, body.formatted)} />
        </Tabs.Panel>
      )}
      {isExact || lines !== undefined ? (
        <Tabs.Panel value="text" tabIndex={-1}>
          <ExactText text={text} label={body.of(label, body.text)} />
        </Tabs.Panel>
      ) : (
        <ExactText text={text} label={body.of(label, body.text)} />
      )}
      {isExact && (
        <Tabs.Panel value="hex" tabIndex={-1}>
          <HexDump bytes={bytes} label={body.of(label, body.hex)} />
        </Tabs.Panel>
      )}
    </Tabs.Root>
  )
}

function Tab({ value, children }: { readonly value: string; readonly children: string }): ReactNode {
  return (
    <Tabs.Tab value={value} className={styles.tab}>
      {children}
    </Tabs.Tab>
  )
}
