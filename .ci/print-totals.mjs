// Adds up what the suites counted, in the folder that is given, and prints the closing line of .ci/run.
import { readFileSync } from 'node:fs'

const [folder] = process.argv.slice(2)

const suites = {
  chaos: readTotals,
  runtimes: readTotals,
  consumers: readTotals,
  quickstarts: readTotals,
  browser: readVitest,
  vitest: readVitest,
}

let passed = 0
let failed = 0
let skipped = 0
for (const [name, readSuite] of Object.entries(suites)) {
  try {
    const totals = readSuite(JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')))
    passed += totals.passed
    failed += totals.failed
    skipped += totals.skipped
  } catch {
    console.log(`${name}: broke off before it had counted.`)
    failed += 1
  }
}
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0

function readTotals({ passed, failed }) {
  return { passed, failed, skipped: 0 }
}

function readVitest(report) {
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}
