/**
 * Texts that must be shown as they are: markup, scripts, characters that turn the direction of writing, words that are
 * wider than any window, what JavaScript might take for something else.
 */
export const hostileTexts = [
  '<script>document.documentElement.dataset.owned="script"</script>',
  '<img src=x onerror="document.documentElement.dataset.owned=\'img\'">',
  '"><svg/onload=alert(1)>',
  '<hostile-element>not an element</hostile-element>',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '\u202Eevil\u202C right to left \u2066isolated\u2069',
  '👩🏽‍💻🏳️‍🌈 Z̴̡̛̤͔a̸̲͝l̸̰̈g̷̱͝o̴̙͗',
  'null',
  'undefined',
  '__proto__',
  'W'.repeat(5000),
] as const

/** All of {@link hostileTexts} in one, up to a length. */
export function hostileText(maxLength: number): string {
  return hostileTexts.join(' ').slice(0, maxLength)
}

/** A path of a URL with markup in it, as no parser of URLs would write it. */
export const hostilePath = `/<img src=x onerror=alert(1)>/"'/<script>alert(1)</script>/${'long'.repeat(200)}`

/** Matches elements that {@link hostileTexts} would make if they were read as markup. */
export const hostileElements = 'hostile-element, img[src="x"], svg[onload], script:not([src])'
