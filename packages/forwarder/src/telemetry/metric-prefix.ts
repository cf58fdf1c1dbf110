/** What every metric of a forwarder's own starts with. */
export const metricPrefix = 'forwarder_'
