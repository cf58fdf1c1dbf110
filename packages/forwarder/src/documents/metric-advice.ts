/** What to do when a metric looks wrong, by its name; `–` where it only explains others. */
export const metricAdvice: Readonly<Record<string, string>> = {
  forwarder_info: '–',
  forwarder_requests_total:
    'Outcomes other than done: the log says why; 401 after a rotation: `webhook.secret`.',
  forwarder_request_seconds: 'Near `deadline`: the destination is slow or does not answer.',
  forwarder_events_total:
    '`retry` without end: `forwarder_operator_action_required`, or the log. `dead`: look at the dead-letter file.',
  forwarder_steps_total: '`dead`: a target was not told; `replay --dead` once the reason is gone.',
  forwarder_operations_total:
    '`operator`: somebody has to act. `retry` and `ambiguous` growing: the destination is down, slow or limits the rate.',
  forwarder_operation_seconds: 'Near `deadline`: requests end as 503 and come again.',
  forwarder_event_age_seconds: 'High: the sender holds events back, or had to repeat them.',
  forwarder_ambiguous_total:
    'Any: somebody may have been told twice. Give the forwarder the right to look: `check` names it.',
  forwarder_degraded_total: 'Any: correct what the configuration says of the part, or leave it out.',
  forwarder_dead_letters_total:
    'Any: alert on it. Read the last line of the file; `replay --dead` once the reason is gone.',
  forwarder_open_alerts: '–',
  forwarder_held_steps: 'Goes down when quiet hours or mutes end.',
  forwarder_pending_steps:
    'Above 0 for more than some minutes: the destination does not take them; `status`.',
  forwarder_dead_steps: 'Above 0: `status` shows them, `replay --dead` tries them again.',
  forwarder_unfinished_events: 'Above 0 for more than some minutes: as `forwarder_pending_steps`.',
  forwarder_last_scan_timestamp_seconds:
    'Older than scans are apart: nothing arrives. Alert on `time() - forwarder_last_scan_timestamp_seconds`.',
  forwarder_operator_action_required:
    'Alert on it: nobody is told until somebody has done what `/readyz` says.',
  forwarder_ready: '0 of `destination`: as above. 0 of `ledger`: the disk, or the rights of the file.',
}
