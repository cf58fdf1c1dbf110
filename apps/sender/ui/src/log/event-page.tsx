import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schemas } from '../api/client.ts'
import { eventQuery } from '../api/deliveries.ts'
import { Facts } from '../components/facts.tsx'
import { Page } from '../components/page.tsx'
import { Section } from '../components/section.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { Time } from '../components/time.tsx'
import { strings } from '../strings/index.ts'
import { BackToLog } from './back-to-log.tsx'
import { BodyView } from './delivery/body-view.tsx'
import { IdLine } from './delivery/id-line.tsx'
import { AbsentSection } from './event/absent-section.tsx'
import { EventDeliveries } from './event/event-deliveries.tsx'
import { EventMissing } from './event/event-missing.tsx'

const route = getRouteApi('/settings/webhooks/events/$eventId')
const REFETCH_MS = 3000

/** Where an event went, and where it did not, and why. */
export function EventPage(): ReactNode {
  const { eventId } = route.useParams()
  const query = useQuery({
    ...eventQuery(eventId),
    refetchInterval: ({ state }) =>
      state.data?.deliveries.some(({ status }) => status === 'pending') ? REFETCH_MS : false,
  })
  const { data: event } = query
  const { event: texts } = strings.delivery
  return (
    <Page
      title={event?.event ?? texts.title}
      description={<IdLine id={eventId} of={texts.id} />}
      breadcrumbs={<BackToLog />}
    >
      {event !== undefined && <Loaded key={eventId} event={event} />}
      {event === undefined && query.error !== null && (
        <EventMissing eventId={eventId} error={query.error} onRetry={() => void query.refetch()} />
      )}
      {event === undefined && query.error === null && <Loading />}
    </Page>
  )
}

function Loaded({ event }: { readonly event: Schemas['EventDetail'] }): ReactNode {
  const { event: texts } = strings.delivery
  const { facts } = texts
  return (
    <>
      <Section title={facts.heading}>
        <Facts
          facts={[
            { name: facts.type, value: <code>{event.event}</code> },
            { name: facts.timestamp, value: <Time at={event.timestamp} /> },
            { name: facts.published, value: <Time at={event.published_at} /> },
            {
              name: facts.deliveries,
              value: facts.deliveryCount(event.deliveries.length),
            },
            ...(event.not_delivered.length === 0
              ? []
              : [
                  {
                    name: facts.absent,
                    value: <a href="#not-delivered">{facts.absentCount(event.not_delivered.length)}</a>,
                  },
                ]),
            ...(event.traceparent === null
              ? []
              : [{ name: facts.trace, value: <code>{event.traceparent}</code> }]),
          ]}
        />
      </Section>
      <EventDeliveries deliveries={event.deliveries} />
      <AbsentSection event={event} />
      <Section title={texts.body.heading} description={texts.body.description}>
        <BodyView text={event.body} label={texts.body.label} isExact fileName={`${event.event_id}.json`} />
      </Section>
    </>
  )
}

function Loading(): ReactNode {
  const { event: texts } = strings.delivery
  return (
    <>
      <Section title={texts.facts.heading}>
        <Skeleton lines={1} height={44} />
      </Section>
      <Section title={texts.deliveries.heading}>
        <Skeleton lines={3} height={44} />
      </Section>
    </>
  )
}
