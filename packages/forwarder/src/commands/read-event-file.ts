import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { UsageError } from '@complywise/service'
import { isEventType, receivedEventSchemas, type WebhookEvent } from '@complywise/webhooks'
import { z } from 'zod'
import { maxDepth, withoutDeepFields } from '../serve/without-deep-fields.ts'

const envelopeSchema = z.object({
  event: z.string('must be the type of the event, such as "scan.completed"').min(1).max(200),
  event_id: z.guid('must be a UUID').optional(),
  timestamp: z.iso
    .datetime({ offset: true, error: 'must be RFC 3339, such as 2026-03-01T12:00:00Z' })
    .optional(),
  data: z.record(z.string(), z.unknown(), 'must be an object'),
})

/** Lines of a dead-letter file hold the event whole. */
const letterSchema = z
  .object({ event: z.object({ event: z.string() }).loose() })
  .transform(({ event }) => event)

/**
 * Reads an event from a file, or from stdin where `path` is `-`: an envelope as ComplyWise sends it, only its `event` and
 * `data`, or a line of a dead-letter file. An id and the present are filled in where they are absent.
 *
 * @throws {UsageError} that names the file and every part of it that is wrong.
 */
export async function readEventFile(path: string, now: Date): Promise<WebhookEvent> {
  const name = path === '-' ? 'stdin' : path
  const json = parseJson(await readText(path), name)
  const letter = letterSchema.safeParse(json)
  const envelope = envelopeSchema.safeParse(letter.success ? letter.data : json)
  if (!envelope.success)
    throw new UsageError(`${name} is no event:\n${listIssues(envelope.error.issues, [])}`)
  const { dropped } = withoutDeepFields(envelope.data.data)
  if (dropped.length > 0) {
    const fields = dropped.map((field) => `  data.${field} has more than ${maxDepth} levels`).join('\n')
    throw new UsageError(`${name} cannot be forwarded:\n${fields}`)
  }
  const { event, event_id = randomUUID(), timestamp = now.toISOString(), data } = envelope.data
  if (isEventType(event)) {
    const known = receivedEventSchemas[event].safeParse(data, { reportInput: true })
    if (!known.success) {
      throw new UsageError(`${name} is no ${event}:\n${listIssues(known.error.issues, ['data'])}`)
    }
  }
  return { event, event_id, timestamp, data }
}

/** The longest body that `webhook.max_body_bytes` can accept. */
const maxBytes = 64 * 1_048_576

async function readText(path: string): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    if (path !== '-' && !(await stat(path)).isFile()) {
      throw Object.assign(new Error('no file'), { code: 'it is no file; - reads stdin' })
    }
    const stream: AsyncIterable<Buffer> = path === '-' ? process.stdin : createReadStream(path)
    for await (const chunk of stream) {
      length += chunk.length
      if (length > maxBytes) {
        throw Object.assign(new Error('too large'), { code: 'it has more than 64 MiB' })
      }
      chunks.push(chunk)
    }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageError(`${path === '-' ? 'Stdin' : `The file ${path}`} cannot be read (${reason}).`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(json: string, name: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new UsageError(`${name} is not JSON.`)
  }
}

function listIssues(issues: readonly z.core.$ZodIssue[], root: readonly string[]): string {
  return issues
    .map((issue) => {
      const path = [...root, ...issue.path.map(String)].join('.') || 'the event'
      return `  ${path} ${wordIssue(issue)}`
    })
    .join('\n')
}

function wordIssue(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('must ')) return issue.message
  if (issue.input === undefined && issue.code === 'invalid_type') return 'is missing'
  return issue.code === 'invalid_type' ? `must be of type ${issue.expected}` : 'is not valid'
}
