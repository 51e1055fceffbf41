import type { ComponentProps, ReactElement, ReactNode } from 'react'
import { isValidElement } from 'react'
import type { Components } from 'react-markdown'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'

import { CodeBlock } from './code-block.tsx'

const plugins = [remarkGfm]

/** One block of Markdown. HTML is shown as text, images are not loaded, and links are only http(s). */
export default function ParsedMarkdown({ source }: { readonly source: string }) {
  return (
    <ReactMarkdown components={components} remarkPlugins={plugins} urlTransform={safeUrl}>
      {source}
    </ReactMarkdown>
  )
}

function safeUrl(url: string): string {
  const parsed = URL.parse(url)
  return parsed?.protocol === 'https:' || parsed?.protocol === 'http:' ? parsed.href : ''
}

function ExternalLink({ href, children }: ComponentProps<'a'>) {
  if (href === undefined || href === '') return <span>{children}</span>
  return (
    <a
      className="text-accent underline"
      href={href}
      rel="noopener noreferrer nofollow"
      target="_blank"
      title={href}
    >
      {children}
    </a>
  )
}

// All headings are `h2`, because the levels in an answer do not continue those of the page.
function Heading({ children }: { readonly children?: ReactNode }) {
  return <h2 className="text-lg font-semibold">{children}</h2>
}

function SmallHeading({ children }: { readonly children?: ReactNode }) {
  return <h2 className="font-semibold">{children}</h2>
}

const components: Components = {
  a: ({ href, children }) => (
    <ExternalLink {...(href !== undefined && { href })}>{children}</ExternalLink>
  ),
  img: ({ src, alt = '' }) => (
    <ExternalLink {...(typeof src === 'string' && { href: src })}>
      {`Image: ${alt === '' ? 'without description' : alt}`}
    </ExternalLink>
  ),
  // Line breaks are kept, because results and many models separate lines by single line breaks.
  p: ({ children }) => <p className="whitespace-pre-line">{children}</p>,
  h1: ({ children }) => <Heading>{children}</Heading>,
  h2: ({ children }) => <Heading>{children}</Heading>,
  h3: ({ children }) => <SmallHeading>{children}</SmallHeading>,
  h4: ({ children }) => <SmallHeading>{children}</SmallHeading>,
  h5: ({ children }) => <SmallHeading>{children}</SmallHeading>,
  h6: ({ children }) => <SmallHeading>{children}</SmallHeading>,
  ul: ({ children, className }) => (
    // The check box of a task takes the place of its bullet.
    <ul
      className={`space-y-1 ${className === 'contains-task-list' ? 'list-none pl-2' : 'list-disc pl-6'}`}
    >
      {children}
    </ul>
  ),
  ol: ({ children, start }) => (
    <ol className="list-decimal space-y-1 pl-6" start={start}>
      {children}
    </ol>
  ),
  blockquote: ({ children }) => (
    <blockquote className="border-l-2 border-edge pl-3 text-muted">{children}</blockquote>
  ),
  hr: () => <hr className="border-line" />,
  input: ({ checked }) => (
    <input
      aria-label={checked === true ? 'Done' : 'Open'}
      checked={checked === true}
      className="mr-1"
      disabled
      readOnly
      type="checkbox"
    />
  ),
  table: ({ children }) => (
    <div aria-label="Table" className="overflow-x-auto" role="group" tabIndex={0}>
      <table className="border-collapse text-sm">{children}</table>
    </div>
  ),
  th: ({ children }) => (
    <th className="border border-line bg-raised px-2 py-1 text-left font-medium">{children}</th>
  ),
  td: ({ children }) => <td className="border border-line px-2 py-1 align-top">{children}</td>,
  code: ({ children }) => (
    <code className="rounded bg-sunken px-1 py-px font-mono text-[0.9em]">{children}</code>
  ),
  pre: ({ children }) => <Code>{children}</Code>,
}

function Code({ children }: { readonly children?: ReactNode }) {
  if (!isCode(children)) return <pre>{children}</pre>
  const { className = '', children: content } = children.props
  const language = /language-(\S+)/.exec(className)?.[1] ?? ''
  return (
    <CodeBlock language={language}>
      {typeof content === 'string' ? content.replace(/\n$/, '') : ''}
    </CodeBlock>
  )
}

function isCode(node: ReactNode): node is ReactElement<ComponentProps<'code'>> {
  return isValidElement(node)
}
