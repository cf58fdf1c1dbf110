// What every forwarder is tested for; to be called in a test file of the app.
export { deploySuite } from './deploy-suite.ts'
export { codesIn, documentsSuite } from './documents-suite.ts'
