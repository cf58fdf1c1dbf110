import { UsageError } from '@complywise/service'
import { createApiKeyStore, type CreatedApiKey, type Role } from '../store/api-keys.ts'
import { createAuditLog } from '../store/audit.ts'
import { checkAccountName } from './account.ts'
import { runCommand } from './run-command.ts'

const MAX_NAME_CHARACTERS = 200

/** What `sender keys create` was asked for. */
export interface CreateKeyOptions {
  readonly role: Role
  readonly account: string
  readonly name: string
  readonly json?: boolean
}

/** `sender keys create`: makes an API key and prints it, this once. */
export function createKey({ role, account, name, json }: CreateKeyOptions): Promise<never> {
  return runCommand(async (openStore) => {
    checkAccountName(account)
    if (Array.from(name).length > MAX_NAME_CHARACTERS) {
      throw new UsageError(`--name: Expected at most ${MAX_NAME_CHARACTERS} characters.`)
    }
    const { db, auditKeys } = await openStore()
    const created = await createApiKeyStore(db, createAuditLog(auditKeys.current)).create(account, role, name)
    return json === true ? toJson(created, account) : toText(created, account)
  })
}

function toJson({ id, accountId, role, name, key }: CreatedApiKey, account: string): string {
  return `${JSON.stringify({ id, account_id: accountId, account, role, name, key })}\n`
}

// Alone on stdout where it is piped: KEY=$(sender keys create --role admin).
function toText({ role, key }: CreatedApiKey, account: string): string {
  if (!process.stdout.isTTY) return `${key}\n`
  return `${key}\n\nA key with the role ${role} for the account ${account}. It is stored as a hash and cannot be shown again.\n`
}
