#!/usr/bin/env -S node --conditions=@complywise/source
import { exitCodes } from '@complywise/service'
import { CommanderError } from 'commander'
import { createProgram } from './commands/create-program.ts'

try {
  await createProgram().parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage)
}
