import { createInterface } from 'node:readline'
import { createLogger } from '@complywise/service'
import {
  connectEmbeddedPostgres,
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  startEmbeddedPostgres,
} from '../../src/store/embedded/index.ts'

// A process that opens the embedded database, says how that went, and closes it when told to on stdin.
const [dataDirectory = '', role = 'owner'] = process.argv.slice(2)
const open = role === 'owner' ? startEmbeddedPostgres : connectEmbeddedPostgres
const logger = createLogger({ name: 'holder', level: 'warn', destination: 'stderr' })

try {
  const postgres = await open({ dataDirectory, logger, durable: false })
  say({ kind: 'open', connectionString: postgres.connectionString })
  void postgres.lost.then(({ code, message }) => say({ kind: 'lost', code, message }))
  createInterface(process.stdin).on('line', () => void close(postgres))
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error
  say({ kind: 'refused', code: error.code, message: error.message })
}

async function close(postgres: EmbeddedPostgres): Promise<void> {
  await postgres.close()
  say({ kind: 'closed' })
  process.exit(0)
}

function say(line: Readonly<Record<string, string>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
