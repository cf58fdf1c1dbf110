// Writes config.schema.json, the tables of README.md and the pictures in docs/. With --check it writes nothing, and fails when
// one of them is out of date.
import { updateDocuments } from '@complywise/forwarder/documents'
import { documents } from './documents.ts'

updateDocuments(await documents())
