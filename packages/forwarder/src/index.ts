// Run an app
export { runForwarder } from './run-forwarder.ts'
export { type RunningForwarder, startForwarder, type StartOptions } from './serve/start-forwarder.ts'

// What an app adds, and what it is given
export type { AppConfig, ForwarderApp } from './forwarder-app.ts'
export type { Call, Destination, Effect, Finding, Operation, Reconciliation } from './engine/destination.ts'
export { DestinationError, type DestinationErrorKind } from './engine/destination-error.ts'

// What people are told of
export type { Alert, StormMember } from './domain/alert.ts'
export type { Description } from './domain/description.ts'
export type { Facts, Proof, ScanCounts, ScoreBand } from './domain/facts.ts'
export { severities, type Severity } from './domain/severity.ts'
export type { Action, Step } from './domain/step.ts'
export type { AlertKind, Labels, Subject } from './domain/subject.ts'

// What people read
export { cleanText, truncate } from './domain/clean-text.ts'
export { describe } from './domain/describe.ts'
export {
  changeWords,
  countWords,
  durationWords,
  instantWords,
  listWords,
  percentWords,
  timeBetween,
} from './domain/words.ts'

// Configuration
export type { Match, Mute, QuietHours, Route, Settings } from './config/settings.ts'
export { apiAddress } from './config/address-schema.ts'
export { type Defined, defined, duration, oneOrMany, secret, text } from './config/schemas.ts'
export type { WebhookSecret, WebhookSettings } from './config/webhook-settings.ts'
export { configJsonSchema } from './config/config-json-schema.ts'
export { formatFileReference } from './config/format-file-reference.ts'
