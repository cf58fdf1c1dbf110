import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import type { Answer } from './start-api.ts'

/** Fails the test when an answer is not as the API's own description says. */
export type ContractCheck = (method: string, path: string, answer: Answer) => void

/** The parts of an OpenAPI document that tests look at. */
export interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

/** One method of one path. */
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { $ref: string } }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>
}

/** The API's own description. */
export async function readOpenApi(origin: string): Promise<OpenApi> {
  const response = await fetch(`${origin}/openapi.json`)
  return JSON.parse(await response.text())
}

/** Makes a check of the API's own description. */
export async function createContractCheck(origin: string): Promise<ContractCheck> {
  const document = await readOpenApi(origin)
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'api', ...document })
  const validators = new Map<string, ValidateFunction>()

  function validatorOf(pointer: string): ValidateFunction {
    const known = validators.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` })
    validators.set(pointer, known)
    return known
  }

  return (method, path, { status, headers, body }) => {
    const mediaType = headers.get('content-type')?.split(';')[0]
    const [plain = ''] = path.split('?')
    const template = Object.hasOwn(document.paths, plain)
      ? plain
      : Object.keys(document.paths).find((template) => matches(template, path))
    const operation = document.paths[template ?? '']?.[method.toLowerCase()]
    if (operation === undefined) return
    const where = `${method} ${template} ${status}`
    expect(operation.responses, `${where} is documented`).toHaveProperty(String(status))
    const { content } = operation.responses[status] ?? {}
    if (content === undefined) {
      expect({ where, body }).toEqual({ where, body: undefined })
      return
    }
    expect(Object.keys(content), `media type of ${where}`).toContain(mediaType)
    const steps = [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      status,
      'content',
      mediaType,
      'schema',
    ]
    const validate = validatorOf(steps.map((step) => `/${escape(String(step))}`).join(''))
    validate(body)
    expect(validate.errors ?? [], `body of ${where}`).toEqual([])
  }
}

function matches(template: string, path: string): boolean {
  const pattern = template.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')
  return new RegExp(`^${pattern}$`).test(path.split('?')[0] ?? '')
}

function escape(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))
}
