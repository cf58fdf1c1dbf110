// For Node: the adapter of its own server.
import { nodeSubject } from '../../packages/webhooks-conformance/src/subjects/node.ts'

const { url } = await nodeSubject.start()
console.log(url)
