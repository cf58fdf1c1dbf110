import { Tabs } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import { CodeBlock } from '../../components/code-block.tsx'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import { CODE_FILE, CODE_PATH, otherPathOf, receiverCodes, startCommand } from '../receiver-code.ts'
import styles from './created.module.css'

/** What {@link ReceiverCode} is for. */
export interface ReceiverCodeProps {
  readonly url: string
  readonly secret: string
}

/** A receiver to paste, for each framework: what to install, the code, and how to start it. */
export function ReceiverCode({ url, secret }: ReceiverCodeProps): ReactNode {
  const { created: texts } = strings.webhooks.creating
  const otherPath = otherPathOf(url)
  return (
    <Section title={texts.receiverTitle} description={texts.receiverText}>
      {otherPath !== undefined && (
        <p className={styles.note}>
          <bdi>{texts.otherPath(otherPath, CODE_PATH)}</bdi>
        </p>
      )}
      <Tabs.Root defaultValue={receiverCodes[0]?.framework} className={styles.tabs}>
        <Tabs.List className={styles.tabList} aria-label={texts.frameworks} activateOnFocus>
          {receiverCodes.map(({ framework, name }) => (
            <Tabs.Tab key={framework} value={framework} className={styles.tab}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {receiverCodes.map(({ framework, name, install, code }) => (
          <Tabs.Panel key={framework} value={framework}>
            <ol className={styles.steps}>
              <li>
                <h3>{texts.install}</h3>
                <CodeBlock code={install} label={texts.installOf(name)} isWrapped />
              </li>
              <li>
                <h3>{texts.save(CODE_FILE)}</h3>
                <CodeBlock code={code} label={texts.codeOf(name)} />
              </li>
              <li>
                <h3>{texts.start}</h3>
                <CodeBlock code={startCommand(secret)} label={texts.startOf} isWrapped />
              </li>
            </ol>
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </Section>
  )
}
