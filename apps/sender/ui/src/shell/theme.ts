/** The themes to choose from; `system` follows the device. */
export const themes = ['system', 'light', 'dark'] as const

/** One of {@link themes}. */
export type Theme = (typeof themes)[number]

const STORAGE_KEY = 'theme'

/** What was chosen in this browser. Default `system`. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY)
    return themes.find((theme) => theme === stored) ?? 'system'
  } catch {
    // Storage may be forbidden.
    return 'system'
  }
}

/** Shows the page in a theme. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** Shows the page in a theme, now and the next time. */
export function chooseTheme(theme: Theme): void {
  applyTheme(theme)
  try {
    localStorage.setItem(STORAGE_KEY, theme)
  } catch {
    // It holds for as long as the page is open.
  }
}
