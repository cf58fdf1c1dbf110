import { encodeBody, type GatewayRequest, groupValues, headerValue, decodedPairs } from './gateway-request.ts'

/**
 * The event of API Gateway's HTTP API and of function URLs, payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpApiEvent(request: GatewayRequest): object {
  const { method, path, query, body } = request
  const headers = request.headers.map(([name, value]): [string, string] => [name.toLowerCase(), value])
  const decoded = decodedPairs(query)
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: joinValues(headers),
    ...(decoded.length > 0 && { queryStringParameters: joinValues(decoded) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api-id',
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1_773_342_238_000,
    },
    ...(body.length === 0 ? { isBase64Encoded: false } : encodeBody(body, isBinary(request))),
  }
}

function joinValues(pairs: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(groupValues(pairs)).map(([name, values]) => [name, values.join(',')]),
  )
}

function isBinary(request: GatewayRequest): boolean {
  return !/^(text\/|application\/(json|javascript|xml)\b)/i.test(headerValue(request, 'content-type'))
}
