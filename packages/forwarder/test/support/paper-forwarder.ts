import { runForwarder } from '../../src/run-forwarder.ts'
import { paperApp } from './paper-app.ts'

await runForwarder(paperApp)
