import { documentsOf, type MadeDocument } from '@complywise/forwarder/documents'
import { jiraForwarder } from '../src/config.ts'
import { pictures } from './pictures.ts'

/** What is made of the app's code. */
export async function documents(): Promise<readonly MadeDocument[]> {
  return documentsOf(jiraForwarder, new URL('../', import.meta.url), await pictures())
}
