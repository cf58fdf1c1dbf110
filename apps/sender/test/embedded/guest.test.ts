import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { connectEmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts'
import { directoryWithCluster, logger, pidFile, query } from './sandbox.ts'
import { startHolder } from './start-holder.ts'

describe('connectEmbeddedPostgres', () => {
  it('starts the server when none is running, and stops it afterwards', async () => {
    const dataDirectory = await directoryWithCluster()
    const guest = await connectEmbeddedPostgres({ dataDirectory, logger, durable: false })
    expect(await query(guest.connectionString, 'select 1 as up')).toEqual([{ up: 1 }])
    await guest.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('uses the server of a running sender and leaves it running', async () => {
    const dataDirectory = await directoryWithCluster()
    const owner = startHolder({ dataDirectory })
    const { connectionString } = await owner.next()
    const guest = await connectEmbeddedPostgres({ dataDirectory, logger, durable: false })
    expect(guest.connectionString).toBe(connectionString)
    await guest.close()
    expect(await query(connectionString, 'select 1 as up')).toEqual([{ up: 1 }])
    await owner.close()
  })

  it('leaves the server to guests that remain; the last one stops it', async () => {
    const dataDirectory = await directoryWithCluster()
    const first = startHolder({ dataDirectory, role: 'guest' })
    const { connectionString } = await first.next()
    const second = startHolder({ dataDirectory, role: 'guest' })
    expect(await second.next()).toMatchObject({ kind: 'open', connectionString })
    await first.close()
    expect(await query(connectionString, 'select 1 as up')).toEqual([{ up: 1 }])
    await second.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('leaves the server that it started to a sender that came meanwhile', async () => {
    const dataDirectory = await directoryWithCluster()
    const guest = await connectEmbeddedPostgres({ dataDirectory, logger, durable: false })
    const owner = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    await guest.close()
    expect(await query(owner.connectionString, 'select 1 as up')).toEqual([{ up: 1 }])
    await owner.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('stops a server that a killed sender left running', async () => {
    const dataDirectory = await directoryWithCluster()
    const owner = startHolder({ dataDirectory })
    await owner.next()
    await owner.kill()
    const guest = await connectEmbeddedPostgres({ dataDirectory, logger, durable: false })
    await guest.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('serves many commands that come and go at once, and no server remains', async () => {
    const dataDirectory = await directoryWithCluster()
    const counts = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const guest = await connectEmbeddedPostgres({ dataDirectory, logger, durable: false })
        const rows = await query(guest.connectionString, 'select 1 as up')
        await guest.close()
        return rows.length
      }),
    )
    expect(counts).toEqual(Array.from({ length: 8 }, () => 1))
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })
})
