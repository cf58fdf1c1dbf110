import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@complywise/service'
import type { WebhookEvent } from '@complywise/webhooks'
import { onTestFinished } from 'vitest'
import type { Settings } from '../../src/config/settings.ts'
import { createEngine, type EngineOptions } from '../../src/engine/create-engine.ts'
import type { DeadLetter } from '../../src/engine/dead-letters.ts'
import { DestinationError, type DestinationErrorKind } from '../../src/engine/destination-error.ts'
import type { Engine, Forwarded } from '../../src/engine/engine.ts'
import type { KeyLock, Ledger, LedgerWriter } from '../../src/ledger/ledger.ts'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import {
  createRecordingDestination,
  type FaultPoint,
  type RecordedRemote,
  type RecordingDestination,
} from '../../src/testing/recording-destination.ts'
import { clockAt } from '../../src/testing/test-events.ts'
import { testSettings } from '../../src/testing/test-settings.ts'

/** An engine on a real file, with a destination in memory and a clock that stands still. */
export interface Fixture {
  engine: Engine
  ledger: Ledger
  readonly path: string
  readonly destination: RecordingDestination
  readonly deadLetters: DeadLetter[]
  /** Milliseconds since 1970. */
  clock: number
  settings: Settings
  targets: Readonly<Record<string, unknown>>
  /** Closes the ledger and starts anew on the same file. */
  restart(): void
  /** Another process on the same file. */
  another(owner: string): { readonly engine: Engine; readonly ledger: Ledger }
  forward(event: WebhookEvent): Promise<Forwarded>
  /** Moves the clock. */
  pass(seconds: number): void
}

/** Options for {@link createFixture}. */
export interface FixtureOptions extends Partial<
  Pick<EngineOptions<unknown, RecordedRemote>, 'dryRun' | 'observer' | 'retentionMs' | 'deadLetters'>
> {
  readonly settings?: Partial<Settings>
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Replaced before anybody sees it.
const unstarted = {} as Pick<Fixture, 'engine' | 'ledger'>

export function createFixture({ settings = {}, ...options }: FixtureOptions = {}): Fixture {
  const folder = mkdtempSync(join(tmpdir(), 'forwarder-engine-'))
  const path = join(folder, 'ledger.db')
  const opened: Ledger[] = []
  const deadLetters: DeadLetter[] = []

  function start(owner: string): { readonly engine: Engine; readonly ledger: Ledger } {
    const ledger = openLedger(path)
    opened.push(ledger)
    const engine = createEngine({
      ledger,
      destination: fixture.destination,
      config: { settings: fixture.settings, targets: fixture.targets },
      now: () => fixture.clock,
      logger: createLogger({ name: 'test', level: 'silent' }),
      owner,
      deadLetters: {
        append(letter) {
          deadLetters.push(letter)
          return Promise.resolve()
        },
      },
      ...options,
    })
    return { engine, ledger }
  }

  const base = {
    path,
    destination: createRecordingDestination(),
    deadLetters,
    clock: Date.parse(clockAt(0)),
    settings: testSettings(settings),
    targets: { alerts: {}, audit: {} },
    restart() {
      fixture.ledger.close()
      // As a process that was killed: nothing was released. The name is kept, so its locks are its own again.
      Object.assign(fixture, start('owner one'))
    },
    another: start,
    forward: (event: WebhookEvent) => fixture.engine.forward(event, AbortSignal.timeout(30_000)),
    pass(seconds: number) {
      fixture.clock += seconds * 1000
    },
  }
  const fixture: Fixture = Object.assign(base, unstarted)
  Object.assign(fixture, start('owner one'))
  onTestFinished(() => {
    for (const ledger of opened) {
      try {
        ledger.close()
      } catch {
        // Closed by the test.
      }
    }
    rmSync(folder, { recursive: true, force: true })
  })
  return fixture
}

/** Makes the next call of an operation go wrong, so many times. */
export function failOnce(
  { destination }: Pick<Fixture, 'destination'>,
  operation: string,
  point: FaultPoint,
  kind: DestinationErrorKind,
  options: { readonly times?: number; readonly retryAfterMs?: number; readonly fix?: string } = {},
): void {
  const { times = 1, ...details } = options
  let left = times
  destination.fault = (call, at) => {
    if (left === 0 || call.operation !== operation || at !== point) return undefined
    left--
    const message = `The test wants ${operation} to fail.`
    return { kind: 'throw', error: new DestinationError(kind, `recording_${kind}`, message, details) }
  }
}

/** What the destination was asked, briefly: `perform create`. */
export function callsOf({ destination }: Pick<Fixture, 'destination'>): readonly string[] {
  return destination.calls.map(({ kind, operation }) => `${kind} ${operation}`)
}

/** Makes the process die at its nth write, not counting locks: before it is made, or just after. It releases nothing. */
export function dieAtWrite(fixture: Fixture, nth: number, when: 'before' | 'after'): void {
  const { ledger } = fixture
  const write = ledger.write.bind(ledger)
  const releaseLock = ledger.releaseLock.bind(ledger)
  let writes = 0
  let isDead = false
  Object.assign(ledger, {
    async write<Result>(
      work: (tables: LedgerWriter) => Result,
      options?: { readonly durable?: boolean },
    ): Promise<Result> {
      if (isDead) throw new Error('The process is dead.')
      writes++
      if (writes !== nth) return write(work, options)
      if (when === 'after') await write(work, options)
      isDead = true
      throw new Error('The process dies.')
    },
    async releaseLock(lock: KeyLock): Promise<void> {
      if (!isDead) await releaseLock(lock)
    },
  } satisfies Partial<Ledger>)
}
