import { styleText } from 'node:util'
import { createLogger, describeError, exitCodes, formatTable, readConfig } from '@complywise/service'
import { configDefinition, type SenderConfig } from '../config.ts'
import { checkSchema } from '../doctor/check-schema.ts'
import { checkServer } from '../doctor/check-server.ts'
import { checkSurroundings } from '../doctor/check-surroundings.ts'
import { type Finding, fail, ok } from '../doctor/finding.ts'
import { loadOrCreateEncryptionKey } from '../store/encryption-key.ts'
import { reachDatabase } from '../store/open-store.ts'

/** What `sender doctor` was asked for. */
export interface DoctorOptions {
  readonly host: string
  readonly json?: boolean
}

/**
 * `sender doctor`: looks at everything that whoever operates a sender can get wrong. Without DATABASE_URL, it makes the
 * embedded database if there is none; otherwise it changes nothing.
 */
export async function doctor({ host, json }: DoctorOptions): Promise<never> {
  const findings = await examine(host)
  process.stdout.write(json === true ? toJson(findings) : toText(findings, process.stdout.isTTY))
  const hasFailed = findings.some(({ status }) => status === 'fail')
  return process.exit(hasFailed ? exitCodes.failure : exitCodes.ok)
}

async function examine(host: string): Promise<readonly Finding[]> {
  const read = readConfig(configDefinition, process.env)
  if (read.kind === 'invalid') {
    return read.problems.map(({ variable, problem, remedy }) =>
      fail('configuration', `${variable} ${problem}`, remedy),
    )
  }
  const [database, surroundings] = await Promise.all([
    examineDatabase(read.config),
    checkSurroundings(read.config, host),
  ])
  return [ok('configuration', 'all settings are valid'), ...database, ...surroundings]
}

async function examineDatabase(config: SenderConfig): Promise<readonly Finding[]> {
  const logger = createLogger({ name: 'sender', level: 'silent' })
  try {
    const database = await reachDatabase(config, 'command', logger)
    try {
      const current = config.encryptionKey ?? (await loadOrCreateEncryptionKey(config.dataDirectory))
      const keys = { current, previous: config.previousEncryptionKeys }
      const server = await checkServer(database.pool, config.databaseConnections)
      return [...server, ...(await checkSchema(database.pool, keys, config.roles))]
    } finally {
      await database.close()
    }
  } catch (error) {
    const where = config.databaseUrl === undefined ? 'SENDER_DATA_DIR' : 'DATABASE_URL'
    return [fail('database', describeError(error), `Check ${where}, and that the database runs.`)]
  }
}

function toJson(findings: readonly Finding[]): string {
  const hasFailed = findings.some(({ status }) => status === 'fail')
  return `${JSON.stringify({ status: hasFailed ? 'fail' : 'ok', findings })}\n`
}

const colors = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function toText(findings: readonly Finding[], isTerminal: boolean): string {
  if (!isTerminal) {
    const rows = findings.map(({ status, check, detail, remedy }) => [status, check, detail, remedy ?? '-'])
    return formatTable(
      [],
      rows.map((row) => row.map(onOneLine)),
      false,
    )
  }
  const width = Math.max(...findings.map(({ check }) => check.length))
  return findings
    .map(({ status, check, detail, remedy }) => {
      // Honors NO_COLOR.
      const mark = styleText(colors[status], status.padEnd(4), { stream: process.stdout })
      const line = `${mark}  ${check.padEnd(width)}  ${detail}\n`
      return remedy === undefined ? line : `${line}${' '.repeat(width + 8)}→ ${remedy}\n`
    })
    .join('')
}

function onOneLine(text: string): string {
  return text.replaceAll(/[\t\r\n]+/g, ' ')
}
