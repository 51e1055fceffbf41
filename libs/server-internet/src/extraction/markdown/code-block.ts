/** Converts a code block to Markdown. Its fence is longer than any fence in the code. */
export function codeBlock(element: Element): string {
  const code = textWithBreaks(element).replace(/^\n/, '').trimEnd()
  if (code === '') return ''
  let maxTicks = 0
  for (const [, ticks = ''] of code.matchAll(/^ *(`{3,})/gm)) {
    maxTicks = Math.max(maxTicks, ticks.length)
  }
  const fence = '`'.repeat(Math.max(3, maxTicks + 1))
  return `${fence}${languageOf(element)}\n${code}\n${fence}`
}

/** Returns the text of a preformatted element. Converts `<br>` to a line break. */
export function textWithBreaks(node: Node): string {
  if (node.nodeName === 'BR') return '\n'
  if (node.childNodes.length === 0) return node.textContent ?? ''
  return Array.from(node.childNodes, textWithBreaks).join('')
}

/** Returns the language of a code block from the attributes that syntax highlighters set. */
function languageOf(pre: Element): string {
  const code = pre.querySelector('code')
  const elements = [code, pre, pre.parentElement, pre.parentElement?.parentElement]
  for (const element of elements) {
    const language =
      element === null || element === undefined ? undefined : declaredLanguage(element)
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
  const declared = element.getAttribute('data-lang') ?? element.getAttribute('data-language')
  if (declared !== null && /^[\w+#.-]+$/.test(declared)) return declared
  const classes = element.getAttribute('class') ?? ''
  return byClass
    .map((pattern) => pattern.exec(classes)?.[1])
    .find((language) => language !== undefined)
}
