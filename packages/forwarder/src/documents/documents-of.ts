import { configJsonSchema } from '../config/config-json-schema.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import { fillSections } from './fill-sections.ts'
import { ownFileTable, simpleTable } from './tables.ts'
import { type MadeDocument, textOf } from './update-documents.ts'

/**
 * What is made of a forwarder's code: the JSON Schema of its file, the tables of its README, and pictures of what people see.
 *
 * @param root the app's folder
 * @param pictures SVG by name; `docs/<name>.svg`
 */
export function documentsOf<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  root: URL,
  pictures: Readonly<Record<string, string>>,
): readonly MadeDocument[] {
  const readme = new URL('README.md', root)
  const sections = { variables: simpleTable(app), file: ownFileTable(app) }
  return [
    { url: new URL('config.schema.json', root), text: JSON.stringify(configJsonSchema(app), null, 2) },
    { url: readme, text: fillSections(textOf(readme), sections) },
    ...Object.entries(pictures).map(([name, text]) => ({ url: new URL(`docs/${name}.svg`, root), text })),
  ]
}
