import { createHmac } from 'node:crypto'
import express, { type Express, type Request, type Response } from 'express'

interface Database {
  hasEvent(id: string): Promise<boolean>
  addEvent(id: string): Promise<void>
}

type Handle = (event: string, data: unknown) => Promise<void>

export function createApp(secret: string | undefined, database: Database, handle: Handle): Express {
  return express()
    .use(express.json())
    .post('/webhooks', receiveWith(secret, database, handle))
}

function receiveWith(secret: string | undefined, database: Database, handle: Handle) {
  return async (request: Request, response: Response) => {
    const hmac = createHmac('sha256', secret ?? '') // 1
    const expected = hmac.update(JSON.stringify(request.body)).digest('hex') // 2
    const signature = request.headers['x-complywise-signature']
    if (signature !== `sha256=${expected}`) return response.sendStatus(401) // 3

    const { event, event_id, data } = request.body // 4, 5
    if (await database.hasEvent(event_id)) return response.sendStatus(200)
    await database.addEvent(event_id) // 6, 7
    try {
      await handle(event, data)
    } catch (error) {
      console.error(error)
    }
    return response.sendStatus(200) // 8
  }
}
