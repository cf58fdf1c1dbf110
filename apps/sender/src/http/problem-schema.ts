import { z } from 'zod'
import { fieldErrorCodes } from './field-error.ts'
import { problemType } from './problem.ts'
import { problems } from './problems.ts'

/** {@link FieldError} for the OpenAPI document. */
export const fieldErrorSchema = z
  .object({
    path: z.string().meta({ description: 'A JSON pointer into the body, or `/name` of a query parameter.' }),
    code: z.enum(Object.keys(fieldErrorCodes)),
    detail: z.string(),
  })
  .meta({ id: 'FieldError', description: 'One thing that is wrong with a body or a query.' })

/** {@link Problem} for the OpenAPI document. */
export const problemSchema = z
  .looseObject({
    type: z.url().meta({ description: 'Where the code is documented.' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(problems)).meta({ description: 'Stable; what programs decide by.' }),
    detail: z.string().meta({ description: 'What is wrong with this very request.' }),
    errors: z
      .array(fieldErrorSchema)
      .optional()
      .meta({ description: 'Everything that was found, at most 100; with `validation_failed`.' }),
  })
  .meta({
    id: 'Problem',
    description: 'An error as a problem document (RFC 9457).',
    examples: [
      {
        type: problemType('validation_failed'),
        title: problems.validation_failed.title,
        status: problems.validation_failed.status,
        code: 'validation_failed',
        detail: 'One value is not acceptable.',
        errors: [
          {
            path: '/url',
            code: 'scheme_not_http',
            detail: 'Only https: and http: URLs can receive webhooks.',
          },
        ],
      },
    ],
  })
