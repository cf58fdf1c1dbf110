import { type ApiKeyStore, createApiKeyStore, type Role } from '../store/api-keys.ts'
import { runCommand } from './run-command.ts'
import { UsageError } from './usage-error.ts'

const MAX_ACCOUNT_CHARACTERS = 200

/** What `sender keys create` was asked for. */
export interface CreateKeyOptions {
  readonly role: Role
  readonly account: string
  readonly json?: boolean
}

/** `sender keys create`: makes an API key and prints it, this once. */
export function createKey({ role, account, json }: CreateKeyOptions): Promise<never> {
  return runCommand(async (openStore) => {
    if (account === '' || Array.from(account).length > MAX_ACCOUNT_CHARACTERS) {
      throw new UsageError(`--account: Expected 1 to ${MAX_ACCOUNT_CHARACTERS} characters.`)
    }
    const { db } = await openStore()
    const created = await createApiKeyStore(db).create(account, role)
    return json === true ? toJson(created, account) : toText(created, account)
  })
}

type Created = Awaited<ReturnType<ApiKeyStore['create']>>

function toJson({ id, accountId, role, key }: Created, account: string): string {
  return `${JSON.stringify({ id, account_id: accountId, account, role, key })}\n`
}

// Alone on stdout where it is piped: KEY=$(sender keys create --role admin).
function toText({ role, key }: Created, account: string): string {
  if (!process.stdout.isTTY) return `${key}\n`
  return `${key}\n\nA key with the role ${role} for the account ${account}. It is stored as a hash and cannot be shown again.\n`
}
