// For a page in a browser.
import type { VectorOutcome } from '../src/runtimes/outcome.ts'
import { runVectors } from './run-vectors.ts'

const outcome = await runVectors().catch(brokenOff)
await fetch('/outcome', { method: 'POST', body: JSON.stringify(outcome) })

function brokenOff(error: unknown): VectorOutcome {
  return { passed: 0, failures: [String(error)], excused: [], crypto: undefined }
}
