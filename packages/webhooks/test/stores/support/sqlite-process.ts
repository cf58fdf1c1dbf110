// One process of several that receive the same events: `sqlite-process.ts <what it does> <file> <how many events>`.
// It prints the key of each event that it has claimed.
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { sqliteStore } from '../../../src/stores/sqlite/index.ts'

const [, , work, path = '', count] = process.argv
const terms = { leaseMs: 300, retentionMs: 3_600_000 }
const keys = Array.from({ length: Number(count) }, (_, index) => `event ${index}`)

if (work === 'complete') await completeAll()
if (work === 'hold') await hold()
if (work === 'join') await handleAll()

/** Claims every event that it can, and completes it. */
async function completeAll(): Promise<void> {
  const store = sqliteStore({ path })
  for (const key of keys) {
    const claim = await store.claim(key, { ...terms, leaseMs: 60_000 })
    if (claim.kind !== 'claimed') continue
    console.log(key)
    await store.complete({ key, token: claim.token, ...terms })
  }
}

/** Claims an event, and makes a checkpoint; then does nothing more. */
async function hold(): Promise<void> {
  const store = sqliteStore({ path })
  const key = keys[0]!
  const claim = await store.claim(key, terms)
  if (claim.kind === 'claimed') await store.checkpoint({ key, token: claim.token, ...terms }, 'first')
  console.log(key)
  await setTimeout(60_000)
}

/** Handles every event until all are completed, with an effect in the same database. */
async function handleAll(): Promise<void> {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA busy_timeout = 5000')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('CREATE TABLE IF NOT EXISTS effects (key TEXT)')
  const store = sqliteStore({ database })
  const insert = database.prepare('INSERT INTO effects VALUES (?)')
  for (const key of keys) {
    let claim = await store.claim(key, terms)
    while (claim.kind === 'in_progress') {
      await setTimeout(claim.retryAfterMs)
      claim = await store.claim(key, terms)
    }
    if (claim.kind === 'duplicate') continue
    console.log(key)
    const held = { key, token: claim.token, ...terms }
    if (!claim.finished.includes('insert')) {
      database.exec('BEGIN IMMEDIATE')
      store.join({ claim: held, handler: 'insert' })
      insert.run(key)
      database.exec('COMMIT')
    }
    await store.complete(held)
  }
}
