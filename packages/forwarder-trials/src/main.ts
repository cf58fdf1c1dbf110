import { runTrial } from './run/run-trial.ts'
import { kills } from './trials/kills.ts'

process.exit(await runTrial(process.argv.slice(2), [kills]))
