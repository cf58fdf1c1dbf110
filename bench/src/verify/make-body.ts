const envelope = {
  event: 'scan.completed',
  event_id: '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e',
  timestamp: '2026-03-01T12:00:00.000Z',
  data: {
    scan_job_id: '5b1f6a0e-3d0c-4f6e-9c55-2f1d7e6a8b90',
    total_controls: 49,
    passed: 38,
    failed: 11,
    score: 77.6,
  },
}

/** A body of exactly `size` bytes: the envelope of a completed scan (234 bytes), or that and a note that fills it up. */
export function makeBody(size: number): Buffer {
  const bare = Buffer.from(JSON.stringify(envelope))
  if (size === bare.length) return bare
  const withNote = (note: string) =>
    Buffer.from(JSON.stringify({ ...envelope, data: { ...envelope.data, note } }))
  return withNote('x'.repeat(size - withNote('').length))
}
