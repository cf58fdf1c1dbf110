/** A command that publishes an event of the catalog to the sender at `origin`. */
export function publishCommand(origin: string): string {
  const body = {
    event: 'scan.completed',
    data: {
      scan_job_id: '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11',
      total_controls: 49,
      passed: 38,
      failed: 11,
      score: 77.6,
    },
  }
  return [
    `curl -X POST ${origin}/api/events \\`,
    '  -H "authorization: Bearer $PUBLISHER" \\',
    "  -H 'content-type: application/json' \\",
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n')
}
