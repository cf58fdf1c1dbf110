import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Step } from '../../src/domain/step.ts'
import { DestinationError, type DestinationErrorKind } from '../../src/engine/destination-error.ts'
import type { Call, Destination, Effect, Finding } from '../../src/engine/destination.ts'
import type { ForwarderApp } from '../../src/forwarder-app.ts'

/** A line on paper: one effect. */
export interface PaperLine {
  readonly id: string
  readonly action: Step['action']
  readonly key: string | undefined
  readonly eventId: string
}

/** What goes wrong, as the file `<paper>.fault` says it. `hang` ends with the call's signal, `stubborn` never, `wait` well. */
export interface PaperFault {
  readonly kind: DestinationErrorKind | 'hang' | 'stubborn' | 'wait'
  readonly code?: string
  readonly message?: string
  readonly fix?: string
  readonly retryAfterMs?: number
  /** Whether the line is written all the same. */
  readonly isWritten?: boolean
}

interface PaperTarget {
  readonly paper: string
}

interface PaperOptions {
  readonly token: string | undefined
}

/** A forwarder that writes on paper: a line in the target's file for each step. Processes can share it, and it survives them. */
export const paperApp: ForwarderApp<PaperTarget, PaperOptions, { readonly line: string }> = {
  name: 'paper-forwarder',
  description: 'Writes on paper.',
  destination: 'paper',
  targetSchema: z.strictObject({ paper: z.string().describe('Path of the paper.') }),
  optionsSchema: z
    .strictObject({
      token: z.string().min(4).meta({ writeOnly: true }).describe('What opens the drawer.').optional(),
    })
    .prefault({})
    .transform(({ token }) => ({ token })),
  simple: {
    settings: {
      token: {
        env: 'PAPER_TOKEN',
        schema: z.string().optional(),
        secret: true,
        description: 'Opens the drawer.',
      },
      paper: { env: 'PAPER', schema: z.string().optional(), description: 'Path of the paper.' },
    },
    toFile: ({ token, paper }) =>
      token === undefined && paper === undefined
        ? undefined
        : { paper: { token }, targets: { desk: { paper } } },
  },
  connect: ({ targets }) => connectPaper(Object.values(targets).map(({ paper }) => paper)),
}

/** What is on a paper. */
export function readPaper(paper: string): readonly PaperLine[] {
  if (!existsSync(paper)) return []
  return readFileSync(paper, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): PaperLine => JSON.parse(line))
}

function connectPaper(papers: readonly string[]): Destination<PaperTarget, { readonly line: string }> {
  return {
    name: 'paper',
    operations(step, target) {
      if (step.action === 'late' || target === undefined) return []
      const line: PaperLine = {
        id: step.id,
        action: step.action,
        key: step.alert?.key,
        eventId: step.event.event_id,
      }
      return [
        {
          name: 'write_line',
          repeat: 'reconcile',
          preview: { paper: target.paper, action: step.action, key: step.alert?.key },
          perform: (call) => write(target.paper, line, call),
          reconcile: () =>
            Promise.resolve(
              readPaper(target.paper).some(({ id }) => id === line.id)
                ? { kind: 'found', effect: effectOf(line) }
                : { kind: 'absent' },
            ),
        },
      ]
    },
    check: () => Promise.resolve(papers.map(checkPaper)),
    close: () => Promise.resolve(),
  }
}

async function write(
  paper: string,
  line: PaperLine,
  { signal }: Call<unknown>,
): Promise<Effect<{ line: string }>> {
  if (readFault(paper)?.kind === 'wait') {
    appendFileSync(`${paper}.stuck`, 'stuck\n')
    while (readFault(paper) !== undefined) await sleep(20)
  }
  const fault = readFault(paper)
  if (fault === undefined || fault.isWritten === true) appendFileSync(paper, `${JSON.stringify(line)}\n`)
  if (fault === undefined) return effectOf(line)
  const { kind, code = `paper_${kind}`, message = `The paper says ${kind}.` } = fault
  if (kind !== 'hang' && kind !== 'stubborn' && kind !== 'wait')
    throw new DestinationError(kind, code, message, fault)
  await new Promise((resolve) => {
    if (kind === 'hang') signal.addEventListener('abort', resolve, { once: true })
    else appendFileSync(`${paper}.stuck`, 'stuck\n')
  })
  throw new DestinationError('ambiguous', 'paper_timed_out', 'The paper did not answer.')
}

function effectOf({ id }: PaperLine): Effect<{ line: string }> {
  return { remote: { line: id }, ref: id, proof: `line ${id}` }
}

function checkPaper(paper: string): Finding {
  const fault = readFault(paper)
  if (fault?.kind !== 'operator')
    return { status: 'ok', code: 'paper_there', message: `Paper ${paper} is there.` }
  const { code = 'paper_operator', message = 'The drawer is locked.', fix = 'Unlock it.' } = fault
  return { status: 'failed', code, message, fix }
}

function readFault(paper: string): PaperFault | undefined {
  return existsSync(`${paper}.fault`) ? JSON.parse(readFileSync(`${paper}.fault`, 'utf8')) : undefined
}
