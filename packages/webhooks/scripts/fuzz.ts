// Sends receivers mutated requests, and fails when one misbehaves: with the smallest case that shows it, and the seed that
// finds it again.
//
//   pnpm fuzz [--requests 1000000] [--seconds 3600] [--seed <any>] [--crypto node|web]
//
// What is mutated, and the oracle that knows the right answers: test/fuzz.
import { registerHooks } from 'node:module'
import { parseArgs } from 'node:util'
import type { Implementation, Tally } from '../test/fuzz/run-case.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '3600' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    crypto: { type: 'string', default: 'node' },
  },
})
const requests = Number(values.requests)
const endAt = performance.now() + Number(values.seconds) * 1000
const seed = Number(values.seed)

if (values.crypto === 'web') {
  // Node's own conditions never choose this build.
  const url = new URL('../src/wire/crypto.web.ts', import.meta.url).href
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '#crypto' ? { url, shortCircuit: true } : next(specifier, context),
  })
}
const { fuzz } = await import('../test/fuzz/fuzz.ts')
const implementation: Implementation = {
  createReceiver: (await import('../src/receive/receiver.ts')).createReceiver,
  verify: (await import('../src/wire/verify.ts')).verify,
  diagnose: (await import('../src/diagnose/diagnose.ts')).diagnose,
}

console.log(`Fuzzing the ${values.crypto} build: --seed ${seed}`)
const answers: Tally = new Map()
const startedAt = performance.now()
let done = 0
for (let round = 0; done < requests && performance.now() < endAt; round++) {
  const result = await fuzz(implementation, {
    seed: seed + round,
    requests: Math.min(50_000, requests - done),
  })
  done += result.requests
  for (const [answer, count] of result.answers) answers.set(answer, (answers.get(answer) ?? 0) + count)
  const rate = Math.round((done / (performance.now() - startedAt)) * 1000)
  console.log(`${new Date().toISOString()} ${done} requests, ${rate}/s, seed ${seed + round}`)
  if (result.finding !== undefined) {
    console.error(result.finding)
    process.exitCode = 1
    break
  }
}
console.table(Object.fromEntries([...answers].toSorted(([a], [b]) => a.localeCompare(b))))
