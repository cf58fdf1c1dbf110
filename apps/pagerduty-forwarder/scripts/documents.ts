import { configJsonSchema } from '@complywise/forwarder'
import {
  fillSections,
  type MadeDocument,
  ownFileTable,
  simpleTable,
  textOf,
} from '@complywise/forwarder/documents'
import { pagerDutyForwarder } from '../src/app.ts'
import { pictures } from './pictures.ts'

const root = new URL('../', import.meta.url)
const readme = new URL('README.md', root)

/** What is made of the app's code: the JSON Schema of its file, tables of its README, and pictures of what people see. */
export async function documents(): Promise<readonly MadeDocument[]> {
  const sections = { variables: simpleTable(pagerDutyForwarder), file: ownFileTable(pagerDutyForwarder) }
  const drawn = Object.entries(await pictures())
  return [
    {
      url: new URL('config.schema.json', root),
      text: JSON.stringify(configJsonSchema(pagerDutyForwarder), null, 2),
    },
    { url: readme, text: fillSections(textOf(readme), sections) },
    ...drawn.map(([name, text]) => ({ url: new URL(`docs/${name}.svg`, root), text })),
  ]
}
