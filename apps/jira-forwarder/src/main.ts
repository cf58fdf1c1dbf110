#!/usr/bin/env -S node --conditions=@complywise/source
import { runForwarder } from '@complywise/forwarder'
import { jiraForwarder } from './config.ts'

await runForwarder(jiraForwarder)
