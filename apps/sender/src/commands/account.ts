import { UsageError } from '@complywise/service'
import type { ApiKeyStore } from '../store/api-keys.ts'

const MAX_ACCOUNT_CHARACTERS = 200

/**
 * Checks a name for an account that may have to be made.
 *
 * @throws {UsageError} when no account can have it.
 */
export function checkAccountName(name: string): void {
  if (name !== '' && Array.from(name).length <= MAX_ACCOUNT_CHARACTERS) return
  throw new UsageError(`--account: Expected 1 to ${MAX_ACCOUNT_CHARACTERS} characters.`)
}

/**
 * The id of the account of that name.
 *
 * @throws {Error} saying how accounts are made, when there is none.
 */
export async function requireAccount(apiKeys: ApiKeyStore, name: string): Promise<string> {
  const id = await apiKeys.findAccount(name)
  if (id !== undefined) return id
  throw new Error(`There is no account ${name}. It is made with its first key: sender keys create.`)
}
