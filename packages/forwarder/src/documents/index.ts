// What documents are made of
export { commandsTable } from './commands-table.ts'
export { type ExampleName, exampleEvents } from './example-events.ts'
export { fillSections } from './fill-sections.ts'
export { forwardStory, type Story } from './forward-story.ts'
export { metricsTable } from './metrics-table.ts'
export { drawCard, type Paragraph, type Run } from './picture.ts'
export { ownFileTable, processTable, sharedFileTable, simpleTable } from './tables.ts'
export { type MadeDocument, textOf, updateDocuments } from './update-documents.ts'
