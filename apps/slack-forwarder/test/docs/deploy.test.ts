import { deploySuite } from '@complywise/forwarder/suites'

deploySuite(new URL('../../', import.meta.url))
