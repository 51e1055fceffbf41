/** A block of code as Markdown, in a fence that nothing inside of it can end. */
export function codeBlock(element: Element): string {
  const code = textWithBreaks(element).replace(/^\n/, '').trimEnd()
  let longest = 0
  for (const [, ticks = ''] of code.matchAll(/^ *(`{3,})/gm)) {
    longest = Math.max(longest, ticks.length)
  }
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return `\n\n${fence}${languageOf(element)}\n${code}\n${fence}\n\n`
}

/** The text of preformatted elements, in which some pages write line breaks as elements. */
export function textWithBreaks(node: Node): string {
  if (node.nodeName === 'BR') return '\n'
  if (node.childNodes.length === 0) return node.textContent ?? ''
  return Array.from(node.childNodes, textWithBreaks).join('')
}

/** The language a block of code is in, from where highlighters leave it. */
function languageOf(pre: Element): string {
  const code = pre.querySelector('code')
  const places = [code, pre, pre.parentElement, pre.parentElement?.parentElement]
  for (const place of places) {
    const language = place === null || place === undefined ? undefined : declaredLanguage(place)
    if (language !== undefined && !/^(?:none|text|plain|plaintext|default)$/i.test(language))
      return language.toLowerCase()
  }
  return ''
}

const byClass = [
  /(?:^|\s)lang(?:uage)?-([\w+#.-]+)/,
  /(?:^|\s)highlight-(?:source|text)-([\w+#-]+)/,
  /(?:^|\s)highlight-([\w+#-]+)/,
  /(?:^|\s)brush:\s*([\w+#-]+)/,
  /(?:^|\s)sourceCode\s+([\w+#-]+)/,
]

function declaredLanguage(element: Element): string | undefined {
  const said = element.getAttribute('data-lang') ?? element.getAttribute('data-language')
  if (said !== null && /^[\w+#.-]+$/.test(said)) return said
  const classes = element.getAttribute('class') ?? ''
  return byClass
    .map((pattern) => pattern.exec(classes)?.[1])
    .find((language) => language !== undefined)
}
