// Fills the tables of docs/forwarders.md. With --check it writes nothing, and fails when one of them is out of date.
import { updateDocuments } from '../src/documents/index.ts'
import { documents } from './documents.ts'

updateDocuments(documents())
