import {
  commandsTable,
  fillSections,
  type MadeDocument,
  metricsTable,
  processTable,
  sharedFileTable,
  textOf,
} from '../src/documents/index.ts'

const guide = new URL('../../../docs/forwarders.md', import.meta.url)

/** What is made of the code of all forwarders: the tables of their guide. */
export function documents(): readonly MadeDocument[] {
  const sections = {
    variables: processTable(),
    file: sharedFileTable(),
    commands: commandsTable(),
    metrics: metricsTable(),
  }
  return [{ url: guide, text: fillSections(textOf(guide), sections) }]
}
