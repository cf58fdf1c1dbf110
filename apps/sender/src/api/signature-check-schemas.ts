import { z } from 'zod'
import { signatureCodes } from '../domain/check-signature-codes.ts'
import type { BodyDifference } from '../domain/check-signature-difference.ts'
import type { SignatureCheck } from '../domain/check-signature.ts'
import { fieldIssue } from '../http/validation.ts'

const MAX_SIGNATURE_CHARACTERS = 1000

/** Of the text that the receiver's code hashed, in UTF-8. */
export const MAX_HASHED_BYTES = 262_144

/** The body of `POST /api/deliveries/{id}/check-signature`. */
export const checkSignatureBody = z
  .strictObject({
    signature: z.string().max(MAX_SIGNATURE_CHARACTERS).meta({
      description: "What the receiver's code computed, in whatever form: `sha256=…`, hexadecimal, base64.",
    }),
    body: z
      .string()
      .check(({ value, issues }) => {
        if (Buffer.byteLength(value) <= MAX_HASHED_BYTES) return
        issues.push(
          fieldIssue('too_long', `It may have at most ${MAX_HASHED_BYTES} bytes in UTF-8.`, undefined),
        )
      })
      .optional()
      .meta({
        description: `What the receiver's code hashed, as text of at most ${MAX_HASHED_BYTES} bytes in UTF-8. With it, the check tells whether the body or the secret is the wrong one.`,
      }),
  })
  .meta({
    id: 'CheckSignature',
    examples: [
      { signature: 'sha256=0a6c8a1e8a4f2d0f4be3b2d7c6c3a1d95e0f7b1c2d3e4f5061728394a5b6c7d8' },
      {
        signature: '0a6c8a1e8a4f2d0f4be3b2d7c6c3a1d95e0f7b1c2d3e4f5061728394a5b6c7d8',
        body: '{"event": "scan.completed"}',
      },
    ],
  })

const bodyDifference = z
  .object({
    offset: z.int().meta({ description: 'Of the first byte that differs, counted from 0.' }),
    sent_bytes: z.int(),
    received_bytes: z.int(),
    detail: z.string().meta({ description: 'What became of it, as far as it can be told.' }),
  })
  .meta({
    id: 'BodyDifference',
    description: 'How the body that was hashed differs from the one that is sent.',
  })

/** What a check of a signature found. */
export const signatureCheckAnswer = z
  .object({
    is_valid: z.boolean().meta({ description: 'Whether a request of this delivery carries this signature.' }),
    code: z.enum(signatureCodes).meta({ description: 'The likely mistake.' }),
    is_certain: z.boolean().meta({
      description:
        'Whether it was proved by computing the same signature with this mistake; else it is likely.',
    }),
    detail: z.string().meta({ description: 'What was found.' }),
    remedy: z.string().nullable().meta({ description: 'What to change in the code; `null` when nothing.' }),
    expected: z.string().meta({ description: '`X-ComplyWise-Signature` as the newest secret makes it.' }),
    body_difference: bodyDifference.nullable().meta({
      description: '`null` when no `body` was given, or it is the one that is sent.',
    }),
  })
  .meta({
    id: 'SignatureCheck',
    description: 'What is wrong with a signature, or that nothing is.',
    examples: [
      {
        is_valid: false,
        code: 'body_reserialized',
        is_certain: true,
        detail: 'The body was parsed as JSON and written again, with two spaces of indentation.',
        remedy: 'Hash the bytes of the request as they came, before anything parses them.',
        expected: 'sha256=5f1d2c3b4a59687766554433221100ffeeddccbbaa99887766554433221100ff',
        body_difference: {
          offset: 1,
          sent_bytes: 226,
          received_bytes: 268,
          detail: 'It was parsed as JSON and written again.',
        },
      },
    ],
  })

/** A check in the form of {@link signatureCheckAnswer}. */
export function toSignatureCheckAnswer(check: SignatureCheck): z.output<typeof signatureCheckAnswer> {
  const { isValid, code, isCertain, detail, remedy, expected, bodyDifference } = check
  return {
    is_valid: isValid,
    code,
    is_certain: isCertain,
    detail,
    remedy,
    expected,
    body_difference: bodyDifference === undefined ? null : toBodyDifferenceAnswer(bodyDifference),
  }
}

function toBodyDifferenceAnswer(difference: BodyDifference): z.output<typeof bodyDifference> {
  const { offset, sentBytes, receivedBytes, detail } = difference
  return { offset, sent_bytes: sentBytes, received_bytes: receivedBytes, detail }
}
