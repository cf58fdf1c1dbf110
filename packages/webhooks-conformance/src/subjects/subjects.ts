import type { Subject } from '../subject.ts'
import { expressSubjects } from './express.ts'
import { fastifySubject } from './fastify.ts'
import { fetchSubject } from './fetch.ts'
import { honoSubject } from './hono.ts'
import { lambdaSubjects } from './lambda.ts'
import { nodeSubject } from './node.ts'

/** Every server that the suite runs on in this process. */
export const subjects: readonly Subject[] = [
  ...expressSubjects,
  fastifySubject,
  honoSubject,
  nodeSubject,
  fetchSubject,
  ...lambdaSubjects,
]
