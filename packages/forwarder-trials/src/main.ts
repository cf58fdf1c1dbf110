import { runTrial } from './run/run-trial.ts'
import { hang } from './trials/hang.ts'
import { kills } from './trials/kills.ts'
import { life } from './trials/life.ts'
import { outage } from './trials/outage.ts'
import { replicas } from './trials/replicas.ts'
import { soak } from './trials/soak.ts'

process.exit(await runTrial(process.argv.slice(2), [kills, replicas, hang, soak, life, outage]))
