import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type TestApi } from '../api/support/start-api.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

test('/docs is a page that loads everything from here, under a policy that lets nothing else in', async () => {
  const response = await fetch(`${api.origin}/docs`)
  const page = await response.text()
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  const loaded = [...page.matchAll(/(?:href|src)="(?!data:)([^"]+)"/g)].map(([, path = '']) => path)
  expect(loaded).toHaveLength(3)
  for (const path of loaded) {
    const asset = await fetch(new URL(path, `${api.origin}/docs`))
    expect(asset.status).toBe(200)
    expect((await asset.text()).length).toBeGreaterThan(50)
  }
  // Nothing inline.
  expect(page).not.toMatch(/<style|style=|<script(?! src=)| on\w+=/)
})

test('the page is no operation of the API, and other answers keep the strictest policy', async () => {
  const { body, headers } = await api.call('GET', '/openapi.json')
  expect(Object.keys(body.paths).filter((path) => path.startsWith('/docs'))).toEqual([])
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
})
