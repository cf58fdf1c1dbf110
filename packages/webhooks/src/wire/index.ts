// Receive
export { verify } from './verify.ts'
export type { Verification, VerifyInput } from './verify.ts'
export { matchesContentDigest } from './digest.ts'
export { readHeader } from './headers.ts'
export type { FetchHeaders, HeaderRecord, RequestHeaders } from './headers.ts'

// Send
export { sign } from './sign.ts'
export type { SignatureHeaders, SignInput } from './sign.ts'
export { contentDigest } from './digest.ts'
export { interpretStatus } from './status.ts'
export type { StatusMeaning } from './status.ts'
export { parseRetryAfter } from './retry-after.ts'

// Both
export { headerNames } from './headers.ts'
export { envelopeSchema } from './envelope.ts'
export type { Envelope } from './envelope.ts'
export { generateSecret, inspectSecret } from './secret.ts'
export type { SecretInspection, SecretWeakness } from './secret.ts'
export { WebhookError } from '../errors.ts'
export type { SecretErrorCode, SignatureErrorCode, WebhookErrorCode } from '../errors.ts'
