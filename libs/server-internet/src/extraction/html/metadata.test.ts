import { describe, expect, it } from 'vitest'

import { extracted } from '../../fixtures/extract.ts'

async function metadata(
  head: string,
  attributes = '',
  body = '<h1>Heading</h1>',
): Promise<unknown> {
  const page = `<html ${attributes}><head>${head}</head><body>${body}</body></html>`
  const { title, byline, language } = await extracted(page)
  return { title, byline, language }
}

function jsonLd(value: unknown): string {
  return `<script type="application/ld+json">${typeof value === 'string' ? value : JSON.stringify(value)}</script>`
}

describe('the title', () => {
  it('is well-formed text if its limit cuts a surrogate pair', async () => {
    expect(await metadata(`<title>${'a'.repeat(499)}😀</title>`)).toMatchObject({
      title: `${'a'.repeat(499)}\uFFFD`,
    })
  })

  const described = jsonLd({ '@type': 'Article', headline: 'Described' })

  it.each([
    ['<meta property="og:title" content="Shared"><title>Shared | Site</title>', 'Shared'],
    ['<meta name="twitter:title" content="Tweeted"><title>x</title>', 'Tweeted'],
    [`<title>Written | Site</title>${described}`, 'Described'],
    ['<title>\n Written &amp;\n spaced </title>', 'Written & spaced'],
    ['<title></title>', 'Heading'],
  ])('of %s is %s', async (head, title) => {
    expect(await metadata(head)).toMatchObject({ title })
  })
})

describe('the byline', () => {
  it('names all authors in JSON-LD', async () => {
    const article = { headline: 'x', author: [{ name: 'Ada' }, 'Grace', { name: 7 }] }
    expect(await metadata(jsonLd([{ '@type': 'WebSite' }, article]))).toMatchObject({
      byline: 'Ada, Grace',
    })
  })

  it('is the name, not the URL, of the author', async () => {
    expect(
      await metadata(
        '<meta property="article:author" content="https://example.com/ada"><meta name="author" content="Ada">',
      ),
    ).toMatchObject({ byline: 'Ada' })
  })

  it('is the author that the page links to', async () => {
    expect(await metadata('', '', '<p>By <a rel="author" href="/ada">Ada</a></p>')).toMatchObject({
      byline: 'Ada',
    })
  })
})

describe('the language', () => {
  it.each([
    ['', 'lang="pt-BR"', 'pt-BR'],
    ['<meta http-equiv="content-language" content="fr">', '', 'fr'],
    ['<meta property="og:locale" content="de_AT">', '', 'de-AT'],
    [jsonLd({ headline: 'x', inLanguage: 'nl' }), '', 'nl'],
    ['', '', undefined],
  ])('of %s %s is %s', async (head, attributes, language) => {
    expect(await metadata(head, attributes)).toMatchObject({ language })
  })
})

it.each(['{', 'null', '[]', '{"@graph":[null,1]}', `{"headline":"${'x'.repeat(300_000)}"}`])(
  'ignores JSON-LD such as %.20s',
  async (block) => {
    expect(await metadata(jsonLd(block))).toMatchObject({ title: 'Heading', byline: undefined })
  },
)
