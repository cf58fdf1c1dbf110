import { open } from 'node:fs/promises'
import { UsageError } from '@complywise/service'
import type { BreakKind, NotedHead, StoredEntry } from '../store/check-chain.ts'
import {
  type AuditedAccount,
  type ChainReport,
  listAuditedAccounts,
  verifyAudit as verify,
} from '../store/verify-audit.ts'
import { type CommandResult, runCommand } from './run-command.ts'

/** What `sender verify-audit` was asked for. */
export interface VerifyAuditOptions {
  /** Name or id; all accounts without it. */
  readonly account?: string
  /** Earlier ends of chains, as the command printed them: `<account>:<number>:<hash>`. */
  readonly expect: readonly string[]
  /** Where to write the entries that were verified. */
  readonly export?: string
  readonly json?: boolean
}

/** `sender verify-audit`: recomputes the chains of the audit log, and fails at the first entry that is broken. */
export function verifyAudit(options: VerifyAuditOptions): Promise<never> {
  return runCommand(async (openStore) => {
    const expected = options.expect.map(parseExpectation)
    const { pool, auditKeys } = await openStore()
    const known = await listAuditedAccounts(pool)
    const accounts = options.account === undefined ? known : [findAccount(known, options.account)]
    // An account that is gone altogether must not pass for one that there never was.
    const strangers = expected.filter(({ account }) =>
      known.every(({ id, name }) => id !== account && name !== account),
    )
    const file = options.export === undefined ? undefined : await createFile(options.export)
    const reports: ChainReport[] = strangers.map(reportMissing)
    try {
      for (const account of accounts) {
        const noted = expected.filter((head) => head.account === account.id || head.account === account.name)
        reports.push(
          await verify(pool, auditKeys, account, noted, async (entry) => {
            await file?.write(toLine(entry))
          }),
        )
      }
      await file?.sync()
    } finally {
      await file?.close()
    }
    return toResult(reports, options.json === true)
  })
}

interface Expectation extends NotedHead {
  /** Name or id. */
  readonly account: string
}

const EXPECTATION = /^(.+):(\d{1,18}):([0-9a-f]{64})$/

function parseExpectation(text: string): Expectation {
  const [, account, number, hash] = EXPECTATION.exec(text) ?? []
  if (account === undefined || number === undefined || hash === undefined) {
    throw new UsageError('--expect: Expected <account>:<number>:<hash>, as this command prints it.')
  }
  return { account, number: String(BigInt(number)), hash: Buffer.from(hash, 'hex') }
}

function findAccount(known: readonly AuditedAccount[], account: string): AuditedAccount {
  const found = known.find(({ id }) => id === account) ?? known.find(({ name }) => name === account)
  if (found === undefined) throw new Error(`There is no account ${account}.`)
  return found
}

function reportMissing({ account }: Expectation): ChainReport {
  return {
    account: { id: account, name: undefined, hasChanges: true },
    last: { number: '0', hash: Buffer.alloc(32) },
    broken: { kind: 'truncated', number: '1' },
  }
}

async function createFile(path: string) {
  return await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--export: The file ${path} cannot be made (${error.code}).`)
  })
}

function toLine({ accountId, previousHash, hash, ...fields }: StoredEntry): string {
  const line = { account_id: accountId, ...fields, previous_hash: toHex(previousHash), hash: toHex(hash) }
  return `${JSON.stringify(line)}\n`
}

function toResult(reports: readonly ChainReport[], isJson: boolean): CommandResult {
  const hasFailed = reports.some(({ broken }) => broken !== undefined)
  const output = isJson ? toJson(reports, !hasFailed) : reports.map(toText).join('')
  return { output, hasFailed }
}

function toJson(reports: readonly ChainReport[], isIntact: boolean): string {
  const accounts = reports.map((report) => ({
    account_id: report.account.id,
    account: report.account.name ?? null,
    entries: Number(report.last.number),
    head: toHead(report),
    broken: report.broken === undefined ? null : { ...report.broken, number: Number(report.broken.number) },
  }))
  return `${JSON.stringify({ is_intact: isIntact, accounts })}\n`
}

function toText(report: ChainReport): string {
  const { account, last, broken } = report
  const name = (account.name ?? account.id).replaceAll(/\p{Cc}+/gu, ' ')
  if (broken !== undefined) return `${name}: BROKEN at entry ${broken.number}. ${explanations[broken.kind]}\n`
  return `${name}: intact, ${last.number === '1' ? '1 entry' : `${last.number} entries`}. ${toHead(report)}\n`
}

const explanations: Readonly<Record<BreakKind, string>> = {
  changed:
    'It is not what was written, or was written with a key that is neither SENDER_AUDIT_KEY nor one of SENDER_PREVIOUS_AUDIT_KEYS.',
  missing: 'It is missing, and there are later ones.',
  repeated: 'There is another one of this number.',
  unchained:
    'It is genuine, and does not follow the one before it: it comes from another copy of the database.',
  truncated: 'It is missing: the log was longer.',
  unsealed: 'The record of the log’s end is missing or is not genuine.',
  other_than_noted: 'It is not the one that --expect names.',
}

/** What an auditor notes, to be given to `--expect` another time. */
function toHead({ account, last }: ChainReport): string {
  return `${account.id}:${last.number}:${toHex(last.hash)}`
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
