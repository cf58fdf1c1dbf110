import type { SQLOutputValue } from 'node:sqlite'
// oxlint-disable typescript/no-unsafe-type-assertion -- Only this program writes the columns.
import type { WebhookEvent } from '@complywise/webhooks'
import type { Alert } from '../domain/alert.ts'
import type { Memory } from '../domain/memory.ts'
import type { Reading } from '../domain/reading.ts'
import type { Step } from '../domain/step.ts'
import type { AlertKind } from '../domain/subject.ts'
import type { StepResult } from '../engine/engine.ts'
import { type Entry, entryFields } from './entry.ts'
import type { Decision, EventOrigin, StepState, StoredEvent, StoredOperation, StoredStep } from './ledger.ts'

/** One row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>

/** What announcements have in place of a correlation key begins so; nothing else does. */
export const announcementPrefix = 'announcement:'

/** An alert, with what its destination has for it. */
export function alertOf(row: Row): Alert {
  const alert = parsed(row['body']) as Alert
  const remote = parsed(row['remote'])
  return remote === undefined ? alert : { ...alert, remote }
}

/** When an alert was told last. */
export function toldAtOf({ told_at: toldAt }: Row): number | undefined {
  return toldAt === null ? undefined : Number(toldAt)
}

/** An event, without its body once that was pruned. */
export function eventOf(row: Row): StoredEvent {
  return {
    event: parsed(row['body']) as WebhookEvent | undefined,
    eventId: String(row['event_id']),
    type: String(row['type']),
    timestamp: String(row['timestamp']),
    origin: String(row['origin']) as EventOrigin,
    admittedAt: new Date(Number(row['admitted_at'])).toISOString(),
    finishedAt: row['finished_at'] === null ? undefined : new Date(Number(row['finished_at'])).toISOString(),
  }
}

/** What an event was read as; `undefined` once it was pruned. */
export function readingsOf(row: Row): readonly Reading[] | undefined {
  return parsed(row['readings']) as readonly Reading[] | undefined
}

/** What later readings depend on. */
export function memoryOf(row: Row): Memory {
  return parsed(row['body']) as Memory
}

/** A decision. */
export function decisionOf(row: Row): Decision {
  return {
    eventId: String(row['event_id']),
    target: row['target'] === '' ? undefined : text(row['target']),
    key: String(row['key']),
    action: text(row['action']) as Step['action'] | undefined,
    result: text(row['result']) as StepResult | undefined,
    reason: text(row['reason']),
    stepId: text(row['step_id']),
  }
}

/** A step, without its body. */
export function stepOf(row: Row): StoredStep {
  return {
    seq: Number(row['seq']),
    id: String(row['id']),
    eventId: String(row['event_id']),
    target: String(row['target']),
    key: String(row['key']),
    action: String(row['action']) as Step['action'],
    state: String(row['state']) as StepState,
    notBeforeMs: row['not_before'] === null ? undefined : Number(row['not_before']),
    result: text(row['result']) as StepResult | undefined,
    reason: text(row['reason']),
    proof: text(row['proof']),
  }
}

/** A whole step, when its body and its event's were not pruned. */
export function wholeStepOf(row: Row | undefined): Step | undefined {
  const body = parsed(row?.['body']) as Omit<Step, 'event'> | undefined
  const event = parsed(row?.['event']) as WebhookEvent | undefined
  return body && event && { ...body, event }
}

/** An operation that was begun. */
export function operationOf(row: Row): StoredOperation {
  return {
    intentAt: String(row['intent_at']),
    outcome: parsed(row['outcome']) as StoredOperation['outcome'],
  }
}

/** How many alerts are open. */
export function openCountOf(row: Row): {
  readonly target: string
  readonly kind: AlertKind
  readonly count: number
} {
  return {
    target: String(row['target']),
    kind: String(row['kind']) as AlertKind,
    count: Number(row['count']),
  }
}

/** An entry, its fields in their order. */
export function entryOf(row: Row): Entry {
  return Object.fromEntries(entryFields.map((field) => [field, row[field]])) as unknown as Entry
}

function parsed(value: SQLOutputValue | undefined): unknown {
  return typeof value === 'string' ? JSON.parse(value) : undefined
}

function text(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
