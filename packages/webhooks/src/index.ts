// Receive
export { createReceiver } from './receive/receiver.ts'
export type { Receiver, RequestVerification } from './receive/receiver.ts'
export type { ReceiverOptions } from './receive/options.ts'
export type { ResolvedSecrets, Secret, SecretRequest, SecretResolver, Secrets } from './receive/secrets.ts'
export type { Rejection } from './receive/rejection.ts'
export type { Finding, FindingCode } from './diagnose/finding.ts'
export type { FieldDrift } from './receive/drift.ts'
export type { Log } from './receive/log.ts'

// Handle
export { NonRetryableError, RetryLaterError } from './receive/handler-errors.ts'
export type {
  Handler,
  HandlerContext,
  HandlerFailure,
  HandlerOptions,
  InvalidContext,
  RequestContext,
} from './receive/handlers.ts'

// Events
export { assertExhaustive, eventTypes, isEventType, isKnownEvent } from './events/event.ts'
export type {
  CatalogEvent,
  EventIdentity,
  EventOf,
  EventType,
  KnownEvent,
  PublishedData,
  ReceivedData,
  UnknownEvent,
  WebhookEvent,
} from './events/event.ts'
export type { ControlFailedData, ScoreChangedData } from './events/compliance.ts'
export type { EvidenceUploadedData } from './events/evidence.ts'
export type { IntegrationDisconnectedData } from './events/integration.ts'
export type { ScanCompletedData, ScanFailedData } from './events/scan.ts'

// Event schemas
export { publishedEventSchemas, receivedEventSchemas } from './events/event-schemas.ts'
export { eventJsonSchema } from './events/event-json-schema.ts'
export type { Tolerant } from './events/tolerant.ts'

// The event catalog
export { eventCatalog } from './events/catalog.ts'
export type { EventCatalog } from './events/catalog.ts'
export type { EventDefinition, FieldDescriptions, FieldPath } from './events/definition.ts'

// Secrets
export { generateSecret, inspectSecret } from './wire/secret.ts'
export type { SecretInspection, SecretWeakness } from './wire/secret.ts'

// Errors
export { WebhookError } from './errors.ts'
export type {
  FreshnessErrorCode,
  RejectionCode,
  RequestErrorCode,
  SecretErrorCode,
  SetupErrorCode,
  SignatureErrorCode,
  StoreErrorCode,
  WebhookErrorCode,
} from './errors.ts'

// Write an adapter
export type { ReceivedRequest, Reply, UnreadableBody } from './receive/request.ts'
export type { FetchHeaders, HeaderRecord, RequestHeaders } from './wire/headers.ts'

// Write a store
export type { Claim, ClaimTerms, DedupeStore, HeldClaim } from './receive/dedupe-store.ts'

// Observe
export type {
  EventOutcome,
  HandlerOutcome,
  StoreOperation,
  Telemetry,
  TelemetryEvent,
  TelemetryFacts,
  TelemetrySpan,
} from './receive/telemetry.ts'
