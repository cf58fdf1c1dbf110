import { createCloudClient } from 'jira.js/cloud'

const [, , host = '', count = '0', label = ''] = process.argv

const client = createCloudClient({
  host,
  auth: { type: 'basic', email: 'forwarder@example.com', apiToken: 'fake-jira-token' },
})
const create = async () => {
  const created = await client.issues.createIssue({
    fields: {
      project: { key: 'SEC' },
      issuetype: { name: 'Task' },
      summary: 'CC6.1 failing',
      labels: [label],
    },
  })
  return created.key
}
const keys = await Promise.all(Array.from({ length: Number(count) }, create))
process.send?.(keys, () => {
  process.disconnect()
})
