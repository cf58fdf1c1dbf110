/** Texts of “Check my signature”. */
export const signatureCheck = {
  heading: 'Check my signature',
  description:
    'When your receiver answers that the signature is wrong: paste what your code computed, and the likely mistake is named. Nothing is stored.',
  expired: 'The body of this event is no longer kept, so nothing can be compared with it.',
  signed: {
    heading: 'What is signed',
    text: 'HMAC-SHA256 with the secret over exactly these bytes, nothing before and nothing behind them:',
    length: 'Length',
    first: 'First characters',
    last: 'Last characters',
    dump: 'the first bytes that are signed',
  },
  form: {
    signature: 'What your code computed',
    signatureDescription: 'In whatever form: sha256=…, hexadecimal, base64.',
    body: 'The body that your code hashed (optional)',
    bodyDescription:
      'Have your code write it down right where it computes the HMAC. Carriage returns are lost when text is pasted; give a file where there may be some.',
    file: 'Take it from a file',
    fileTooLarge: 'The file has more than 262,144 bytes, which is more than any body.',
    fileNotText: 'The file is not UTF-8. The bytes are compared below, but cannot be checked.',
    empty: 'Paste a signature first.',
    submit: 'Check',
  },
  result: {
    valid: 'This signature is right',
    invalid: 'This signature is wrong',
    proved: 'Proved: the same signature was computed with this mistake.',
    likely: 'The likely mistake; it could not be proved.',
    remedy: 'What to change',
    expected: 'Expected',
    expectedOf: 'the expected signature',
  },
  difference: {
    heading: 'Where the bodies differ',
    same: 'The body that your code hashed is the one that was sent, byte by byte.',
    at: (offset: number, sent: number, received: number) =>
      `They differ first at byte ${offset}. Sent: ${sent} bytes; hashed by your code: ${received} bytes.`,
    sent: 'Sent and signed',
    received: 'Hashed by your code',
    sentDump: 'what was sent around the difference',
    receivedDump: 'what your code hashed around the difference',
    marked: 'Bytes that differ are marked. Behind something inserted or left out, all do.',
  },
} as const
