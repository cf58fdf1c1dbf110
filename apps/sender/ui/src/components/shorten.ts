/**
 * A text of at most `max` characters: of a longer one the middle is left out, because URLs and ids differ at their ends. No
 * character of several UTF-16 units is cut in two.
 */
export function shortenMiddle(text: string, max: number): string {
  const characters = Array.from(text)
  if (characters.length <= max) return text
  const end = Math.floor((max - 1) / 2)
  return `${characters.slice(0, max - 1 - end).join('')}…${characters.slice(characters.length - end).join('')}`
}
