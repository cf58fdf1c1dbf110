// For Node: the fetch adapter.
import { fetchSubject } from '../../packages/webhooks-conformance/src/subjects/fetch.ts'

const { url } = await fetchSubject.start()
console.log(url)
