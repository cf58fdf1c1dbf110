import type { Draft } from './draft.ts'

let kept: { readonly actor: string; readonly draft: Draft } | undefined

/**
 * Keeps a draft in memory for whom the page is taken away from, because their session ended, until they have signed in again.
 * It is in no storage of the browser, since it may hold a secret.
 */
export function keepDraft(actor: string, draft: Draft): void {
  kept = { actor, draft }
}

/** The draft that was kept for somebody; nobody else's. */
export function keptDraft(actor: string): Draft | undefined {
  return kept?.actor === actor ? kept.draft : undefined
}

/** Forgets what was kept for anybody else. */
export function forgetDraftOfOthers(actor: string): void {
  if (kept?.actor !== actor) kept = undefined
}

/** Forgets what was kept. */
export function forgetDraft(): void {
  kept = undefined
}
