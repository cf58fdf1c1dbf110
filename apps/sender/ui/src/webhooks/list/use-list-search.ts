import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useDebounced } from '../use-debounced.ts'
import type { ListSearch } from './list-search.ts'

const route = getRouteApi('/settings/integrations/webhooks')
const PAUSE_MS = 250

/**
 * The search as it is being typed, and a function that changes it. The URL follows when typing stops, and the other way round
 * whatever else changes the URL changes the search.
 */
export function useListSearch(): readonly [ListSearch, (search: ListSearch) => void] {
  const inUrl = route.useSearch()
  const navigate = route.useNavigate()
  const [search, setSearch] = useState(inUrl)
  const settled = useDebounced(search, PAUSE_MS)
  const written = useRef(inUrl)

  useEffect(() => {
    if (isSame(settled, written.current)) return
    written.current = settled
    void navigate({ search: withoutDefaults(settled), replace: true, resetScroll: false })
  }, [settled, navigate])

  useEffect(() => {
    if (isSame(inUrl, written.current)) return
    written.current = inUrl
    setSearch(inUrl)
  }, [inUrl])

  return [search, setSearch]
}

function isSame(one: ListSearch, other: ListSearch): boolean {
  return toText(one) === toText(other)
}

function toText(search: ListSearch): string {
  const { q, state, sort } = withoutDefaults(search)
  return JSON.stringify([q, state, sort])
}

function withoutDefaults({ q = '', state, sort = 'newest' }: ListSearch): ListSearch {
  return { ...(q !== '' && { q }), ...(state && { state }), ...(sort !== 'newest' && { sort }) }
}
