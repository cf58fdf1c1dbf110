import { createReceiver } from '@complywise/webhooks'
import { postgresStore } from '@complywise/webhooks/postgres'
import { Pool } from 'pg'

const pool = new Pool({ connectionString: process.env['DATABASE_URL'] })
const store = postgresStore({ client: pool })
await store.setup()

export const receiver = createReceiver({ secret: process.env['COMPLYWISE_WEBHOOK_SECRET'], store })

receiver.on('compliance.control_failed', async ({ data }, context) => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await store.join(context, client)
    await client.query('insert into findings (control, framework) values ($1, $2)', [
      data.control_id,
      data.framework,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
})
