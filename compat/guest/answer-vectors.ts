// For workerd.
import { runVectors } from './run-vectors.ts'

const worker = {
  async fetch(): Promise<Response> {
    return Response.json(await runVectors())
  },
}

// oxlint-disable-next-line import/no-default-export -- this is the form of a worker
export default worker
