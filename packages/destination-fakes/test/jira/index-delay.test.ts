import { fork } from 'node:child_process'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { connect, startBench, taskFields } from './support/jira-bench.ts'

const label = 'cw-0123456789ab'
const jql = `project = SEC AND labels = "${label}" ORDER BY key ASC`

async function keysFound(client: ReturnType<typeof connect>, more: object = {}) {
  const found = await client.issueSearch.searchAndReconsileIssuesUsingJqlPost({
    jql,
    fields: ['key'],
    ...more,
  })
  return found.issues?.map(({ key }) => key)
}

test('a search does not see a new issue before the index does, and reads by key do', async () => {
  const { client, pass } = await startBench({ indexDelayMs: 30_000 })
  await client.issues.createIssue({ fields: taskFields({ labels: [label] }) })
  await expect(client.issues.getIssue({ issueIdOrKey: 'SEC-1' })).resolves.toMatchObject({ key: 'SEC-1' })
  await expect(keysFound(client)).resolves.toEqual([])
  pass(29_999)
  await expect(keysFound(client)).resolves.toEqual([])
  pass(1)
  await expect(keysFound(client)).resolves.toEqual(['SEC-1'])
})

test('issues that are named are searched as they are', async () => {
  const { client } = await startBench({ indexDelayMs: 30_000 })
  const { id } = await client.issues.createIssue({ fields: taskFields({ labels: [label] }) })
  await expect(keysFound(client, { reconcileIssues: [Number(id)] })).resolves.toEqual(['SEC-1'])
})

test('the index is behind with changes too, and forgets what was deleted', async () => {
  const { client, pass } = await startBench({ indexDelayMs: 30_000 })
  for (let left = 2; left > 0; left -= 1)
    await client.issues.createIssue({ fields: taskFields({ labels: [label] }) })
  pass(30_000)
  await client.issues.editIssue({ issueIdOrKey: 'SEC-1', update: { labels: [{ remove: label }] } })
  await client.issues.deleteIssue({ issueIdOrKey: 'SEC-2' })
  await expect(keysFound(client)).resolves.toEqual(['SEC-1'])
  await expect(keysFound(client, { reconcileIssues: [10_001] })).resolves.toEqual([])
  pass(30_000)
  await expect(keysFound(client)).resolves.toEqual([])
})

test('the writes to one issue become visible in their order though the delay varies', async () => {
  const delays = [30_000, 10, 0]
  const { client, pass } = await startBench({ indexDelayMs: () => delays.shift() ?? 0 })
  await client.issues.createIssue({ fields: taskFields() })
  await client.issues.editIssue({ issueIdOrKey: 'SEC-1', fields: { labels: [label] } })
  pass(29_999)
  await expect(keysFound(client)).resolves.toEqual([])
  pass(1)
  await expect(keysFound(client)).resolves.toEqual(['SEC-1'])
})

test('two clients that search and then create at the same time both create', async () => {
  const { jira, pass } = await startBench({ indexDelayMs: 5000 })
  const searchThenCreate = async () => {
    const client = connect(jira)
    const found = await keysFound(client)
    const created = await client.issues.createIssue({ fields: taskFields({ labels: [label] }) })
    return { found, key: created.key }
  }
  const both = await Promise.all([searchThenCreate(), searchThenCreate()])
  expect(both.map(({ found }) => found)).toEqual([[], []])
  expect(both.map(({ key }) => key).toSorted()).toEqual(['SEC-1', 'SEC-2'])
  expect(jira.issues('SEC').map(({ id }) => id)).toEqual(['10001', '10002'])
  pass(5000)
  await expect(keysFound(connect(jira))).resolves.toEqual(['SEC-1', 'SEC-2'])
})

test('two processes that create at the same time both create, many times over', async () => {
  const { jira } = await startBench({ indexDelayMs: 5000, limits: false })
  const run = () =>
    new Promise<readonly string[]>((resolve, reject) => {
      const child = fork(new URL('support/creating-process.ts', import.meta.url), [jira.url, '50', label])
      child.once('message', (keys) => {
        resolve(z.array(z.string()).parse(keys))
      })
      child.once('error', reject)
      child.once('exit', (code) => {
        reject(new Error(`the process ended with ${code}`))
      })
    })
  const keys = (await Promise.all([run(), run()])).flat()
  expect(new Set(keys).size).toBe(100)
  expect(
    jira
      .issues('SEC')
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(keys.toSorted())
})
