import { documentsOf, type MadeDocument } from '@complywise/forwarder/documents'
import { slackForwarder } from '../src/app.ts'
import { pictures } from './pictures.ts'

/** What is made of the app's code. */
export async function documents(): Promise<readonly MadeDocument[]> {
  return documentsOf(slackForwarder, new URL('../', import.meta.url), await pictures())
}
