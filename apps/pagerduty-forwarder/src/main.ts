#!/usr/bin/env -S node --conditions=@complywise/source
import { runForwarder } from '@complywise/forwarder'
import { pagerDutyForwarder } from './app.ts'

await runForwarder(pagerDutyForwarder)
