import { byteChecks, encodingChecks, envelopeChecks } from './checks/bytes.ts'
import { connectionChecks, disconnectionChecks } from './checks/connections.ts'
import { duplicateChecks } from './checks/duplicates.ts'
import { eventChecks } from './checks/events.ts'
import { handlerChecks } from './checks/handlers.ts'
import { parserChecks } from './checks/parsers.ts'
import { receiverChecks } from './checks/receivers.ts'
import { replayChecks } from './checks/replay.ts'
import { replyChecks } from './checks/replies.ts'
import { headerChecks, mediaTypeChecks, methodChecks } from './checks/requests.ts'
import { signatureChecks, tamperingChecks } from './checks/signatures.ts'
import { sizeChecks } from './checks/sizes.ts'
import type { ConformanceCheck } from './conformance-check.ts'
import type { Subject } from './subject.ts'

/** The suite: every check that is the same for all servers. */
export const conformanceChecks: readonly ConformanceCheck[] = [
  ...replyChecks,
  ...methodChecks,
  ...mediaTypeChecks,
  ...headerChecks,
  ...signatureChecks,
  ...tamperingChecks,
  ...replayChecks,
  ...byteChecks,
  ...encodingChecks,
  ...envelopeChecks,
  ...sizeChecks,
  ...eventChecks,
  ...handlerChecks,
  ...duplicateChecks,
  ...receiverChecks,
  ...connectionChecks,
  ...disconnectionChecks,
]

/** The suite, and the checks of what the subject's framework does to bodies. */
export function checksFor(subject: Subject): readonly ConformanceCheck[] {
  return [...conformanceChecks, ...parserChecks(subject.parsers)]
}
