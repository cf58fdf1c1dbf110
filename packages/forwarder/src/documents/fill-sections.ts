/**
 * A Markdown text whose marked sections hold `contents`: `<!-- settings -->`, the content, `<!-- /settings -->`.
 *
 * @throws {Error} when the text has no such section.
 */
export function fillSections(markdown: string, contents: Readonly<Record<string, string>>): string {
  return Object.entries(contents).reduce((text, [name, content]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
    const from = text.indexOf(begin)
    const to = text.indexOf(end)
    if (from < 0 || to < from) throw new Error(`The document has no section ${begin} … ${end}.`)
    return `${text.slice(0, from + begin.length)}\n\n${content.trim()}\n\n${text.slice(to)}`
  }, markdown)
}
