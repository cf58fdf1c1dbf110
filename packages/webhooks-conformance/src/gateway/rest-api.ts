import { encodeBody, type GatewayRequest, groupValues, decodedPairs } from './gateway-request.ts'

/**
 * The event of API Gateway's REST API, payload format 1.0.
 *
 * @param binary whether the API names every media type as binary.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function restApiEvent(request: GatewayRequest, binary: boolean): object {
  const { method, path, query, headers, body } = request
  const decoded = decodedPairs(query)
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    // The last of several values.
    headers: Object.fromEntries(headers),
    multiValueHeaders: groupValues(headers),
    queryStringParameters: decoded.length === 0 ? null : Object.fromEntries(decoded),
    multiValueQueryStringParameters: decoded.length === 0 ? null : groupValues(decoded),
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      resourcePath: '/{proxy+}',
      httpMethod: method,
      path: `/prod${path}`,
      protocol: 'HTTP/1.1',
      stage: 'prod',
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    },
    ...(body.length === 0 ? { body: null, isBase64Encoded: false } : encodeBody(body, binary)),
  }
}
