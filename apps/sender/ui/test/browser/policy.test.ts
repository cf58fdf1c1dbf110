import { describe, expect, inject, it } from 'vitest'
import { pages } from './support/index.ts'

const stage = inject('stage')

describe('the policy of the page', () => {
  it.each(pages)('stands on $name', async ({ path }) => {
    const response = await fetch(new URL(path(stage), stage.url))
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })

  it('permits no script in the page itself', async () => {
    const html = await (await fetch(new URL('/sign-in', stage.url))).text()
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i)
  })
})
