import type { ConfigProblem, Environment } from '@complywise/service'

/** Names in small letters win where both are set; programs read either. */
const variables = ['https_proxy', 'HTTPS_PROXY'] as const

/**
 * What is wrong with the proxies that the environment names: noticed at the start, instead of with the first event. No value
 * is quoted, since it may hold a password.
 */
export function proxyProblems(environment: Environment): readonly ConfigProblem[] {
  return variables
    .filter((variable) => !isProxy(environment[variable] ?? ''))
    .map((variable) => ({
      variable,
      problem: 'is not the http: or https: URL of a proxy',
      remedy: 'Set it to one such as http://proxy.example:3128, or unset it. NO_PROXY excepts hosts.',
    }))
}

function isProxy(text: string): boolean {
  if (text === '') return true
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  return url !== null && url.hostname !== '' && ['http:', 'https:'].includes(url.protocol)
}
