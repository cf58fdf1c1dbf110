import { createReceiver } from '@complywise/webhooks'

const { NEW_SECRET = '', OLD_SECRET = '' } = process.env

export const receiver = createReceiver({
  secret: [
    { id: '2026-03', value: NEW_SECRET },
    { id: '2025-11', value: OLD_SECRET, notAfter: new Date('2026-03-08T00:00:00Z') },
  ],
})

receiver.onAny((event, { secretId }) => console.log(event.event_id, 'was signed with', secretId))
