import { encodeBody, type GatewayRequest, groupValues, headerValue, queryPairs } from './gateway-request.ts'

/**
 * The event of an Application Load Balancer.
 *
 * @param multiValue whether the target group has multi-value headers enabled.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function loadBalancerEvent(request: GatewayRequest, multiValue: boolean): object {
  const { method, path, query, body } = request
  const headers = request.headers.map(([name, value]): [string, string] => [name.toLowerCase(), value])
  // A load balancer hands them over as they were sent, and leaves decoding to the function.
  const parameters = queryPairs(query)
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/lambda/49e9d65c45c6791a',
      },
    },
    httpMethod: method,
    path,
    ...(multiValue
      ? {
          multiValueQueryStringParameters: groupValues(parameters),
          multiValueHeaders: groupValues(headers),
        }
      : // The last of several values.
        { queryStringParameters: Object.fromEntries(parameters), headers: Object.fromEntries(headers) }),
    ...encodeBody(body, isBinary(request)),
  }
}

function isBinary(request: GatewayRequest): boolean {
  const isText = /^(text\/|application\/(json|javascript|xml)\b)/i.test(headerValue(request, 'content-type'))
  return !isText || headerValue(request, 'content-encoding') !== ''
}
