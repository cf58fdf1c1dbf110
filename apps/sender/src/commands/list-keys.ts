import { formatTable } from '@complywise/service'
import { type ApiKey, type ApiKeyStore, createApiKeyStore } from '../store/api-keys.ts'
import { createAuditLog } from '../store/audit.ts'
import { requireAccount } from './account.ts'
import { runCommand } from './run-command.ts'

/** What `sender keys list` was asked for. */
export interface ListKeysOptions {
  readonly account: string
  readonly json?: boolean
}

/** `sender keys list`: an account's keys, newest first, revoked ones included. */
export function listKeys({ account, json }: ListKeysOptions): Promise<never> {
  return runCommand(async (openStore) => {
    const { db, auditKeys } = await openStore()
    const apiKeys = createApiKeyStore(db, createAuditLog(auditKeys.current))
    const keys = await readAll(apiKeys, await requireAccount(apiKeys, account))
    return json === true ? toJson(keys) : toText(keys)
  })
}

const PAGE = 100

async function readAll(apiKeys: ApiKeyStore, accountId: string): Promise<readonly ApiKey[]> {
  const keys: ApiKey[] = []
  let page = await apiKeys.list(accountId, { limit: PAGE })
  keys.push(...page.items)
  while (page.next !== undefined) {
    page = await apiKeys.list(accountId, { limit: PAGE, after: page.next })
    keys.push(...page.items)
  }
  return keys
}

function toJson(keys: readonly ApiKey[]): string {
  const answer = keys.map(({ id, accountId, role, name, createdAt, revokedAt }) => ({
    id,
    account_id: accountId,
    role,
    name,
    created_at: createdAt,
    revoked_at: revokedAt,
  }))
  return `${JSON.stringify(answer)}\n`
}

function toText(keys: readonly ApiKey[]): string {
  const rows = keys.map(({ id, role, name, createdAt, revokedAt }) => [
    id,
    role,
    createdAt.toISOString(),
    revokedAt?.toISOString() ?? '-',
    // Control characters could rewrite what a terminal shows.
    name.replaceAll(/\p{Cc}+/gu, ' '),
  ])
  return formatTable(['ID', 'ROLE', 'CREATED', 'REVOKED', 'NAME'], rows, process.stdout.isTTY)
}
