#!/usr/bin/env -S node --conditions=@complywise/source
import { runForwarder } from '@complywise/forwarder'
import { slackForwarder } from './app.ts'

await runForwarder(slackForwarder)
