// Serves a subject of the conformance suite by its name: every adapter, on runtimes that are like Node.
import process from 'node:process'
import { subjects } from '../../packages/webhooks-conformance/src/subjects/subjects.ts'

const [name] = process.argv.slice(2)
const subject = subjects.find((subject) => subject.name === name)
if (!subject) throw new Error(`There is no subject ${name}.`)
const { url } = await subject.start()
console.log(url)
