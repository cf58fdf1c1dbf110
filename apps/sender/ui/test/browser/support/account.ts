import { inject } from 'vitest'
import { pool } from './pool.ts'
import { type AccountKeys, createAccount } from './stage/accounts.ts'
import { type ApiClient, createApiClient } from './stage/api-client.ts'

/** An account of a test's own, on the stage's sender: empty, and free to be changed. */
export interface TestAccount extends AccountKeys {
  /** The API with the account's key of the role admin. */
  readonly api: ApiClient
  /** The API with the account's key of the role publisher. */
  readonly publisherApi: ApiClient
}

/** Makes an empty account. */
export async function newAccount(): Promise<TestAccount> {
  const { url } = inject('stage')
  const keys = await createAccount(pool())
  return {
    ...keys,
    api: createApiClient(url, keys.admin),
    publisherApi: createApiClient(url, keys.publisher),
  }
}
