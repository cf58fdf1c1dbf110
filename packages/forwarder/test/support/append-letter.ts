import { createDeadLetterFile } from '../../src/serve/dead-letter-file.ts'
import { failed } from './events.ts'

// Appends a letter to the file of the first argument, whose message has as many characters as the second says.
const [path = '', length = '0'] = process.argv.slice(2)
const at = new Date().toISOString()
const message = 'x'.repeat(Number(length))
await createDeadLetterFile(path).append({ at, event: failed('CC6.1'), code: 'data_invalid', message })
